package io.moka.cluster;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.storage.VolumeOrder.Action;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command `moka volume`: lists the volumes of the default storage class, takes, restores and deletes snapshots of them, and moves volumes.
@Command(name = "volume", mixinStandardHelpOptions = true, description = "See, copy, restore and move the volumes of the storage class local-path.",
        subcommands = {VolumeCommand.ListVolumes.class, VolumeCommand.Snapshot.class, VolumeCommand.Restore.class, VolumeCommand.Move.class})
final class VolumeCommand {

    /// Work with the volumes of one cluster.
    private interface Work {
        void with(VolumeOrders volumes) throws Exception;
    }

    private static int run(ClusterOptions cluster, Work work) throws Exception {
        Settings.require(cluster.layout());
        try (var client = new ApiClient(ClientConfig.load(cluster.layout().kubeconfig(), null, "moka-volume"))) {
            work.with(new VolumeOrders(client, InstantSource.system()));
            return 0;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Show each volume's claim, class, size, what it takes of the disk, its place, the pods that use it, and its snapshots.")
    static final class ListVolumes implements Callable<Integer> {

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Option(names = {"-n", "--namespace"}, paramLabel = "NAMESPACE", description = "Only claims of this namespace.")
        private @Nullable String namespace;

        @Override
        public Integer call() throws Exception {
            return run(cluster, volumes -> System.out.print(new VolumeTable(volumes.list(namespace)).text()));
        }
    }

    @Command(name = "snapshot", mixinStandardHelpOptions = true, description = "Copy a volume as it is now. Pods that write to it are held meanwhile.",
            footer = {"", "moka volume snapshot shop/data --as before-update", "moka volume snapshot shop/data --delete before-update"})
    static final class Snapshot implements Callable<Integer> {

        private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Parameters(paramLabel = "[NAMESPACE/]CLAIM", description = "The volume's claim.")
        private String claim = "";

        @Option(names = "--as", paramLabel = "NAME", description = "The snapshot's name; the time where there is none.")
        private @Nullable String name;

        @Option(names = "--delete", paramLabel = "NAME", description = "Delete this snapshot instead.")
        private @Nullable String doomed;

        @Override
        public Integer call() throws Exception {
            return run(cluster, volumes -> {
                var volume = volumes.find(claim);
                if (doomed != null) {
                    volumes.carryOut(volume, Action.DELETE_SNAPSHOT, doomed, null);
                    System.out.println("snapshot " + doomed + " of " + volume.claimKey() + " is gone");
                } else {
                    var taken = name != null ? name : DATE.format(Instant.now());
                    volumes.carryOut(volume, Action.SNAPSHOT, taken, null);
                    System.out.println("snapshot " + taken + " of " + volume.claimKey());
                }
            });
        }
    }

    @Command(name = "restore", mixinStandardHelpOptions = true, description = "Put a snapshot in the place of its volume's content, which no pod may use, or into a new claim.",
            footer = {"", "moka volume restore shop/data before-update", "moka volume restore shop/data before-update --to data-of-yesterday"})
    static final class Restore implements Callable<Integer> {

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Parameters(index = "0", paramLabel = "[NAMESPACE/]CLAIM", description = "The claim of the volume that the snapshot was taken of.")
        private String claim = "";

        @Parameters(index = "1", paramLabel = "SNAPSHOT", description = "The snapshot's name.")
        private String snapshot = "";

        @Option(names = "--to", paramLabel = "CLAIM", description = "Make this claim, in the same namespace and on the same node, with the snapshot's content.")
        private @Nullable String target;

        @Override
        public Integer call() throws Exception {
            return run(cluster, volumes -> {
                var volume = volumes.find(claim);
                if (target == null) {
                    volumes.requireUnused(volume);
                    volumes.carryOut(volume, Action.RESTORE, snapshot, null);
                    System.out.println(volume.claimKey() + " has the content of snapshot " + snapshot);
                } else {
                    new RestoredClaim(volumes, volume, snapshot, target).make();
                    System.out.println("claim " + target + " has the content of snapshot " + snapshot + " of " + volume.claimKey());
                }
            });
        }
    }

    @Command(name = "move", mixinStandardHelpOptions = true, description = "Move a volume, which no pod may use, and its snapshots to another folder of its node, as on another disk.",
            footer = {"", "mkdir -p /mnt/ssd/volumes/.moka-local-path", "moka volume move shop/data /mnt/ssd/volumes"})
    static final class Move implements Callable<Integer> {

        @Mixin
        private ClusterOptions cluster = new ClusterOptions();

        @Parameters(index = "0", paramLabel = "[NAMESPACE/]CLAIM", description = "The volume's claim.")
        private String claim = "";

        @Parameters(index = "1", paramLabel = "FOLDER", description = "A folder of the volume's node that its owner has given for volumes, by the folder .moka-local-path in it.")
        private String folder = "";

        @Override
        public Integer call() throws Exception {
            return run(cluster, volumes -> {
                var volume = volumes.find(claim);
                volumes.requireUnused(volume);
                var state = volumes.carryOut(volume, Action.MOVE, null, folder);
                System.out.println(volume.claimKey() + " is at " + state.path());
            });
        }
    }
}
