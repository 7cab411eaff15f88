package io.moka.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The command `moka image load`: loads images into the engine, so that the kubelet finds them without a registry.
@Command(name = "image", mixinStandardHelpOptions = true, description = "Put images on the node.", subcommands = ImageCommand.Load.class)
final class ImageCommand {

    @Command(name = "load", mixinStandardHelpOptions = true,
            description = "Load an archive made by docker save; without one, make busybox:1.36 of this machine's busybox or of its package.")
    static final class Load implements Callable<Integer> {

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Parameters(arity = "0..1", paramLabel = "ARCHIVE")
        private @Nullable Path archive;

        @Override
        public Integer call() throws Exception {
            if (!Engine.answers()) {
                throw new ClusterException("no Docker engine answers on " + Engine.SOCKET + "; start the cluster first: bin/moka up");
            }
            if (archive == null) {
                BusyboxImage.load(cluster.layout().packagesLog());
                System.out.println("Loaded " + BusyboxImage.NAME);
            } else if (Files.isReadable(archive)) {
                System.out.print(Program.of("docker", "load", "-i", archive.toString()).within(Duration.ofMinutes(10)).require());
            } else {
                throw new ClusterException("cannot read " + archive);
            }
            return 0;
        }
    }
}
