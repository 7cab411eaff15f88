package io.moka.kubectl;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `version`: the server's.
@Command(name = "version", mixinStandardHelpOptions = true, description = "Show the server's version.")
final class VersionCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() {
        System.out.println("Server Version: " + connection.get("/version").path("gitVersion").asText());
        return 0;
    }
}
