package io.moka.cluster;

import io.moka.machinery.process.Logging;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command line `moka` with its subcommands.
@Command(name = "moka", mixinStandardHelpOptions = true, version = "moka 0.1.0", description = "A Kubernetes cluster on this machine.",
        subcommands = {UpCommand.class, DownCommand.class, StatusCommand.class, LogsCommand.class, DoctorCommand.class, ImageCommand.class, DnsCommand.class, SecretsCommand.class, VolumeCommand.class, RenewCommand.class, TrainCommand.class},
        footer = {"", "bin/moka test runs the whole test suite.", "bin/kubectl-lite (or your own kubectl) talks to the cluster."})
public final class Moka {

    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT, description = "Show stack traces.")
    private boolean verbose;

    private Moka() {
    }

    public static void main(String[] args) {
        Logging.configure(Arrays.asList(args).contains("-v"));
        System.exit(commandLine().execute(args));
    }

    /// Returns the command line. A command that fails writes one line to standard error and has the exit status 1; wrong usage has the status 2.
    static CommandLine commandLine() {
        var moka = new Moka();
        var line = new CommandLine(moka).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (moka.verbose) {
                failure.printStackTrace(command.getErr());
            } else {
                command.getErr().println("moka: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
            }
            return 1;
        });
        return line;
    }
}
