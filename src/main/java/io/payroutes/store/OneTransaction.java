package io.payroutes.store;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.TransactedPolicy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What {@code transacted} means in the routes: the steps behind it commit together, or not at all when one of them fails.
 *
 * <p>Camel's own Spring policy brings an error handler of its own, which logs the failure and declares it exhausted, so
 * that the caller's onException never hears of it. This one lets the failure through to the caller.
 */
public final class OneTransaction implements TransactedPolicy {
    private final TransactionTemplate transaction;

    public OneTransaction(PlatformTransactionManager manager) {
        this.transaction = new TransactionTemplate(manager);
    }

    @Override
    public void beforeWrap(Route route, NamedNode definition) {
        // nothing to prepare
    }

    @Override
    public Processor wrap(Route route, Processor steps) {
        return new InTransaction(steps);
    }

    private final class InTransaction extends DelegateAsyncProcessor {

        InTransaction(Processor steps) {
            super(steps);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            try {
                // Camel keeps a transacted exchange on one thread; a transaction belongs to its thread.
                exchange.getUnitOfWork().beginTransactedBy(OneTransaction.this);
                transaction.executeWithoutResult(status -> {
                    processSynchronously(exchange);
                    if (exchange.getException() != null || exchange.isRollbackOnly()) {
                        status.setRollbackOnly();
                    }
                });
            } catch (RuntimeException | Error e) {
                exchange.setException(e); // it could not begin or commit
            } finally {
                exchange.getUnitOfWork().endTransactedBy(OneTransaction.this);
            }
            callback.done(true);
            return true;
        }

        private void processSynchronously(Exchange exchange) {
            AsyncProcessor steps = getProcessor();
            try {
                steps.process(exchange);
            } catch (Exception e) {
                exchange.setException(e);
            }
        }
    }
}
