package io.moka.machinery.storage;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Names of labels, annotations and finalizers that the provisioner `moka.io/local-path` and the kubelets share. The provisioner writes a volume object that
/// names a path on a node; the kubelet of that node creates, grows and deletes the content at this path, and reports that on the object.
public final class LocalPath {

    public static final String PROVISIONER = "moka.io/local-path";
    /// Label of a volume: the node that keeps it, see [#nodeLabel].
    public static final String NODE = "moka.io/local-path-node";
    /// Finalizer: the node may have content, which must be deleted before the object.
    public static final String CONTENT = "moka.io/local-path-content";
    /// Annotation: the folder below which the volume's path lies.
    public static final String ROOT = "moka.io/local-path-root";
    /// Annotation, set by the kubelet: the content has been made once. Where it is missing later, it is not made again.
    public static final String MADE = "moka.io/local-path-made";
    /// Annotation, set by the administrator: a [VolumeOrder].
    public static final String ORDER = "moka.io/local-path-order";
    /// Annotation, set by the kubelet: the [VolumeState] with which it answers an order.
    public static final String STATE = "moka.io/local-path-state";
    /// Annotation, set by the kubelet: the folder to which it has moved the content from [#ROOT]. The volume's own path can't be changed in its object.
    public static final String MOVED_TO = "moka.io/local-path-moved-to";
    /// Annotation, set by the kubelet: the folder where content is still to be deleted that has been moved.
    public static final String LEFT = "moka.io/local-path-left";
    /// Annotation: a volume and one of its snapshots (`volume/snapshot`) below the same root, from which this volume's content is made.
    public static final String SOURCE = "moka.io/local-path-source";
    /// Label of nodes without a kubelet of their own.
    public static final String HOLLOW = "moka.io/hollow";

    private static final int LONGEST_LABEL = 63;

    private LocalPath() {
    }

    public static boolean isOurs(PersistentVolume volume) {
        return PROVISIONER.equals(StorageNames.annotation(volume, StorageNames.PROVISIONED_BY));
    }

    /// Whether the volume is a folder that all nodes have, and no file system of its own on one of them.
    public static boolean isShared(PersistentVolume volume) {
        return isOurs(volume) && volume.getSpec().getHostPath() != null;
    }

    /// Returns the folder for volumes that has the volume's content now; empty if the volume does not name it.
    public static String root(PersistentVolume volume) {
        var moved = StorageNames.annotation(volume, MOVED_TO);
        return moved.isEmpty() ? StorageNames.annotation(volume, ROOT) : moved;
    }

    /// Returns the path of the volume on its node.
    public static String path(PersistentVolume volume) {
        var spec = volume.getSpec();
        var named = spec.getLocal() != null ? spec.getLocal().getPath() : spec.getHostPath() != null ? spec.getHostPath().getPath() : "";
        var root = StorageNames.annotation(volume, ROOT);
        return named.startsWith(root + "/") ? root(volume) + named.substring(root.length()) : named;
    }

    /// The node's name as a label's value: shortened where it is too long for one.
    public static String nodeLabel(String node) {
        if (node.length() <= LONGEST_LABEL) {
            return node;
        }
        var sum = new CRC32();
        sum.update(node.getBytes(StandardCharsets.UTF_8));
        return node.substring(0, LONGEST_LABEL - 9) + "-" + "%08x".formatted(sum.getValue());
    }
}
