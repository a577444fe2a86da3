package io.payroutes.delivery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A mail server that answers what a test wants to hear; for the answers that a well-behaved one does not give. */
final class ScriptedSmtpServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Map<String, String> answers = new ConcurrentHashMap<>(
            Map.of("EHLO", "250 hello", "MAIL", "250 ok", "RCPT", "250 ok", "DATA", "354 go on", ".", "250 taken"));

    ScriptedSmtpServer() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "smtp");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** What a command is answered with from now on; "." is the end of the mail. */
    ScriptedSmtpServer answer(String command, String answer) {
        answers.put(command, answer);
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept();
                    BufferedReader in =
                            new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                    PrintWriter out = new PrintWriter(client.getOutputStream(), true, StandardCharsets.UTF_8)) {
                converse(in, out);
            } catch (IOException e) {
                // the client has gone, or the test is over
            }
        }
    }

    private void converse(BufferedReader in, PrintWriter out) throws IOException {
        out.print("220 scripted\r\n");
        out.flush();
        boolean data = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (data && !line.equals(".")) {
                continue;
            }
            String command = data ? "." : line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
            String answer = answers.getOrDefault(command, "250 ok");
            data = command.equals("DATA") && answer.startsWith("354");
            out.print(answer + "\r\n");
            out.flush();
        }
    }
}
