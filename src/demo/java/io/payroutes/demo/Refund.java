package io.payroutes.demo;

/** One refund of a payment; {@code number} tells several of them apart. */
public record Refund(int number, long amount, long created) {}
