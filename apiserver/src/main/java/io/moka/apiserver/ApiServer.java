package io.moka.apiserver;

import io.moka.machinery.process.ComponentProcess;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The process. Listens at once and waits for etcd, with which it is started together; `/readyz` tells when it is ready.
@Command(name = "apiserver", mixinStandardHelpOptions = true, description = "Serves the Kubernetes API.")
public final class ApiServer extends ComponentProcess {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    public static void main(String[] args) {
        System.exit(run(new ApiServer(), args));
    }

    @Override
    protected void start() throws IOException {
        closeAtEnd(new ServerParts(options));
    }
}
