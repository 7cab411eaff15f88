package io.moka.kubelet.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// An image of one layer in the form of `docker save`, so that it can be loaded without a registry.
///
/// The same files always make the same image id.
public final class ImageArchive {

    private static final int EXECUTABLE = 0755;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String name;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, String> links = new TreeMap<>();

    public ImageArchive(String name) {
        this.name = name;
    }

    public ImageArchive file(String path, byte[] content) {
        files.put(path.substring(1), content);
        return this;
    }

    public ImageArchive link(String path, String target) {
        links.put(path.substring(1), target);
        return this;
    }

    /// The archive as a tar.
    public byte[] toTar() {
        try {
            var layer = layer();
            var config = MAPPER.writeValueAsBytes(new TreeMap<>(Map.of(
                    "architecture", architecture(), "os", "linux", "created", "1970-01-01T00:00:00Z",
                    "config", Map.of("Env", List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")),
                    "rootfs", new TreeMap<>(Map.of("type", "layers", "diff_ids", List.of("sha256:" + sha256(layer)))))));
            var configName = sha256(config) + ".json";
            var manifest = MAPPER.writeValueAsBytes(List.of(Map.of("Config", configName, "RepoTags", List.of(name), "Layers", List.of("layer.tar"))));
            var out = new ByteArrayOutputStream();
            try (var tar = new TarArchiveOutputStream(out)) {
                put(tar, configName, config);
                put(tar, "layer.tar", layer);
                put(tar, "manifest.json", manifest);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] layer() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (var file : files.entrySet()) {
                put(tar, file.getKey(), file.getValue());
            }
            for (var link : links.entrySet()) {
                var entry = new TarArchiveEntry(link.getKey(), TarConstants.LF_SYMLINK);
                entry.setLinkName(link.getValue());
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String path, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(path);
        entry.setSize(content.length);
        entry.setMode(EXECUTABLE);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
