package io.moka.kubelet.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The names of images that this kubelet fetched from registries, in a folder: one small file for each name, whose modification time is the time when the image
/// was last fetched or used. The kubelet never removes an image that is not recorded here.
public final class PulledImages {

    private static final Logger log = LoggerFactory.getLogger(PulledImages.class);

    private final Path folder;

    public PulledImages(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /// @param id of the image that the name stood for when it was fetched
    record Pulled(String name, String id, Instant lastUsed) {
    }

    /// Takes note of a fetched image. A note that can't be written only means that the image is never removed.
    void add(String name, String id) {
        try {
            // a file that is half written when the kubelet ends is not read, as its second line is missing
            Files.writeString(file(name), name + "\n" + id + "\n");
        } catch (IOException e) {
            log.warn("image {} will not be removed when it is unused: {}", name, e.getMessage());
        }
    }

    void touch(Pulled image, Instant now) {
        try {
            Files.setLastModifiedTime(file(image.name), FileTime.from(now));
        } catch (IOException e) {
            log.debug("the use of image {} was not noted: {}", image.name, e.getMessage());
        }
    }

    void remove(Pulled image) {
        try {
            Files.deleteIfExists(file(image.name));
        } catch (IOException e) {
            log.warn("the note of image {} stays: {}", image.name, e.getMessage());
        }
    }

    List<Pulled> all() {
        var all = new ArrayList<Pulled>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                var lines = lines(file);
                if (lines.size() == 2) {
                    all.add(new Pulled(lines.getFirst(), lines.getLast(), Files.getLastModifiedTime(file).toInstant()));
                }
            }
        } catch (IOException e) {
            log.warn("the fetched images are not known: {}", e.getMessage());
        }
        return all;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /// Names have slashes and may be longer than a file's name.
    private Path file(String name) {
        try {
            return folder.resolve(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
