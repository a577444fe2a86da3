package io.payroutes;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC driver before the real one, whose connections break when they are told to: at the n-th statement or commit that
 * a thread of some name makes, before the database has heard of it or after it was done. It takes URLs with a mark in
 * them, and is gone when closed.
 */
public final class BreakingConnections implements Driver, AutoCloseable {
    private static final String MARK = "breaking-";

    private volatile String threads;
    private final AtomicInteger steps = new AtomicInteger();
    private volatile int breakAt;
    private volatile boolean afterwards;
    private volatile boolean staysBroken;
    private volatile boolean isBroken;

    /** @param threads part of the names of the threads whose statements count */
    public BreakingConnections(String threads) throws SQLException {
        this.threads = threads;
        List<Driver> others = Collections.list(DriverManager.getDrivers());
        for (Driver other : others) {
            DriverManager.deregisterDriver(other);
        }
        DriverManager.registerDriver(this); // the first that takes a URL gets it
        for (Driver other : others) {
            DriverManager.registerDriver(other);
        }
    }

    /** Other threads' statements count from now on. */
    public void countStepsOf(String partOfThreadNames) {
        heal();
        threads = partOfThreadNames;
    }

    public static String url(String realUrl) {
        return realUrl.replaceFirst("^jdbc:(h2|postgresql):", "jdbc:$1:" + MARK);
    }

    /** Nothing breaks any more, and counting begins anew. */
    public void heal() {
        breakAt = 0;
        isBroken = false;
        steps.set(0);
    }

    /**
     * The connection breaks at that step, counted from 1.
     *
     * @param afterTheStep whether the database has done the step by then
     * @param everything whether all that comes later breaks, too, until {@link #heal}
     */
    public void breakAt(int step, boolean afterTheStep, boolean everything) {
        heal();
        afterwards = afterTheStep;
        staysBroken = everything;
        breakAt = step;
    }

    /** Whether the step that was to break has come. */
    public boolean hasBroken() {
        return isBroken;
    }

    @Override
    public @Nullable Connection connect(String url, Properties properties) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        Connection real = DriverManager.getConnection(url.replace(MARK, ""), properties);
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    boolean isStep = method.getName().equals("commit");
                    Object answer = step(isStep, real, () -> method.invoke(real, arguments));
                    return answer instanceof PreparedStatement statement ? breaking(statement, real) : answer;
                });
    }

    private Object breaking(PreparedStatement real, Connection connection) {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, arguments) ->
                        step(method.getName().startsWith("execute"), connection, () -> method.invoke(real, arguments)));
    }

    private interface Call {
        Object make() throws InvocationTargetException, IllegalAccessException;
    }

    private @Nullable Object step(boolean isStep, Connection real, Call call) throws Throwable {
        boolean breaksNow = false;
        if (isStep && Thread.currentThread().getName().contains(threads)) {
            breaksNow = steps.incrementAndGet() == breakAt;
            if (isBroken && staysBroken) {
                throw broken(real);
            }
        }
        if (breaksNow && !afterwards) {
            throw broken(real);
        }
        try {
            Object answer = call.make();
            if (breaksNow) {
                throw broken(real);
            }
            return answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private SQLException broken(Connection real) throws SQLException {
        isBroken = true;
        real.close(); // the database undoes what was not committed
        return new SQLNonTransientConnectionException("the connection broke", "08006");
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.contains(":" + MARK);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
