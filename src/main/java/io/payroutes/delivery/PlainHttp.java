package io.payroutes.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client that does one request and nothing besides: no retry, no redirect, no cookie, no decompression, and of the
 * answer it reads the beginning only, because a destination's answer is not ours to bound. Nor is how long it takes: the client's own
 * time-outs begin anew with each byte, and a destination that sends one now and then would keep the thread.
 */
public final class PlainHttp implements HttpClientConfigurer {
    private final int excerpt;
    private final Duration head;
    private final Duration patience;

    /**
     * @param excerpt how many bytes of the answer's body to read
     * @param head how long it may take, from connecting on, until the head of the answer is there; then the request fails
     * @param patience how long to read the excerpt
     */
    public PlainHttp(int excerpt, Duration head, Duration patience) {
        this.excerpt = excerpt;
        this.head = head;
        this.patience = patience;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                .addExecInterceptorFirst("excerpt", new Excerpt());
    }

    private final class Excerpt implements ExecChainHandler {

        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            ClassicHttpResponse response = inTime(request, scope, chain);
            HttpEntity entity = response.getEntity();
            if (entity == null) {
                return response;
            }
            byte[] read = new byte[excerpt];
            int length = 0;
            long deadline = System.nanoTime() + patience.toNanos();
            boolean complete = false;
            InputStream in = entity.getContent();
            try {
                while (length < excerpt && System.nanoTime() < deadline) {
                    int n = in.read(read, length, excerpt - length);
                    if (n < 0) {
                        complete = true;
                        break;
                    }
                    length += n;
                }
            } catch (IOException e) {
                // the status line has said it all; what is missing is only the excerpt
            }
            if (!complete) {
                scope.execRuntime.discardEndpoint(); // closing the stream would read the rest
            }
            response.setEntity(new ByteArrayEntity(read, 0, length, null));
            return response;
        }

        private ClassicHttpResponse inTime(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            CompletableFuture<@Nullable Void> answered = new CompletableFuture<>();
            CompletableFuture<?> unused = answered.orTimeout(head.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((any, late) -> {
                        if (late != null && scope.originalRequest instanceof Cancellable underWay) {
                            underWay.cancel();
                        }
                    });
            try {
                return chain.proceed(request, scope);
            } catch (IOException e) {
                if (answered.isCompletedExceptionally()) { // before it was cancelled
                    throw new SocketTimeoutException("no answer within " + head.toMillis() + " ms");
                }
                throw e;
            } finally {
                answered.complete(null);
            }
        }
    }
}
