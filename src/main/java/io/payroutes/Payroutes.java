package io.payroutes;

public final class Payroutes {
    public static void main(String[] args) {
        System.out.println("HELLO " + String.join(" ", args));
    }
}
