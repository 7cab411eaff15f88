package io.moka.apiserver;

import io.moka.apiserver.server.ServerOptions;
import io.moka.apiserver.server.ServerParts;
import io.moka.machinery.process.ComponentProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The process of the apiserver. Listens at once and waits for etcd, which is started at the same time; `/readyz` tells when the server is ready.
@Command(name = "apiserver", mixinStandardHelpOptions = true, description = "Serves the Kubernetes API.")
public final class ApiServer extends ComponentProcess {
    /// A strong reference to the logger, so that its level is kept: gRPC logs through the JDK.
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    @Mixin
    private final ServerOptions options = new ServerOptions();

    public static void main(String[] args) {
        System.exit(runProcess(ApiServer::new, args));
    }

    @Override
    protected void start() throws IOException {
        GRPC.setLevel(Level.WARNING);
        closeAtEnd(new ServerParts(options));
    }

    @Override
    protected Duration closingPatience() {
        return super.closingPatience().plus(options.requests.shutdownDelay).plus(options.requests.timeout);
    }
}
