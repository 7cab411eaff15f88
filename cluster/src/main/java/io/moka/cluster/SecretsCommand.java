package io.moka.cluster;

import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The command `moka secrets rotate`: encrypts the secrets in etcd with a new key.
@Command(name = "secrets", mixinStandardHelpOptions = true, description = "Care for the encryption of secrets.", subcommands = SecretsCommand.Rotate.class)
final class SecretsCommand {

    @Command(name = "rotate", mixinStandardHelpOptions = true, description = "Make a new key, write all secrets again with it, drop the old key. May be broken off and run again.")
    static final class Rotate implements Callable<Integer> {

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Override
        public Integer call() throws Exception {
            var layout = cluster.layout();
            var settings = Settings.require(layout);
            try (var file = FileChannel.open(layout.run().resolve("secrets.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE); var lock = file.tryLock()) {
                if (lock == null) {
                    throw new ClusterException("the secrets of this cluster are being rotated by another process");
                }
                try (var rotation = new SecretsRotation(layout, settings, new EncryptionKeys(layout, InstantSource.system()))) {
                    System.out.println(rotation.run() + " secrets are encrypted with a new key; the old one is gone");
                }
            }
            return 0;
        }
    }
}
