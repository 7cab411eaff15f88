package io.moka.apiserver.front.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/// Wraps the options of a TLS engine and limits the time from the end of the handshake to the connection's first HTTP/2 settings. Before
/// the settings Vert.x does not report the connection, so [SlowStreams] cannot close one whose client sends nothing, or very slowly.
final class HandshakeGuard extends SSLEngineOptions {
    private static final AttributeKey<Future<?>> DEADLINE = AttributeKey.valueOf(HandshakeGuard.class, "deadline");

    private final SSLEngineOptions engine;
    private final Duration limit;

    HandshakeGuard(SSLEngineOptions engine, Duration limit) {
        this.engine = engine;
        this.limit = limit;
    }

    /// Ends the time limit; another handler watches the connection from now on.
    static void passed(Channel channel) {
        Future<?> deadline = channel.attr(DEADLINE).getAndSet(null);
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void begin(Channel channel) {
        channel.attr(DEADLINE).set(channel.eventLoop().schedule(() -> channel.close(), limit.toNanos(), TimeUnit.NANOSECONDS));
        channel.closeFuture().addListener(closed -> passed(channel));
    }

    @Override
    public SSLEngineOptions copy() {
        return new HandshakeGuard(engine.copy(), limit);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new Factory(engine.sslContextFactory());
    }

    private final class Context extends DelegatingSslContext {
        Context(SslContext real) {
            super(real);
        }

        @Override
        protected void initEngine(SSLEngine made) {}

        @Override
        protected void initHandler(SslHandler handler) {
            handler.handshakeFuture().addListener((Future<Channel> done) -> {
                if (done.isSuccess()) {
                    begin(done.getNow());
                }
            });
        }
    }

    private final class Factory implements SslContextFactory {
        private final SslContextFactory real;

        Factory(SslContextFactory real) {
            this.real = real;
        }

        @Override
        public SslContextFactory useAlpn(boolean use) {
            real.useAlpn(use);
            return this;
        }

        @Override
        public SslContextFactory forServer(ClientAuth auth) {
            real.forServer(auth);
            return this;
        }

        @Override
        public SslContextFactory forClient(SNIServerName name, String algorithm) {
            real.forClient(name, algorithm);
            return this;
        }

        @Override
        public SslContextFactory enabledProtocols(Set<String> protocols) {
            real.enabledProtocols(protocols);
            return this;
        }

        @Override
        public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
            real.keyMananagerFactory(keys);
            return this;
        }

        @Override
        public SslContextFactory trustManagerFactory(TrustManagerFactory trust) {
            real.trustManagerFactory(trust);
            return this;
        }

        @Override
        public SslContextFactory enabledCipherSuites(Set<String> suites) {
            real.enabledCipherSuites(suites);
            return this;
        }

        @Override
        public SslContextFactory applicationProtocols(List<String> protocols) {
            real.applicationProtocols(protocols);
            return this;
        }

        @Override
        public SslContext create() throws SSLException {
            return new Context(real.create());
        }
    }
}
