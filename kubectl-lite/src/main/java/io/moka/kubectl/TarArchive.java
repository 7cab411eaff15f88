package io.moka.kubectl;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The archives that `cp` sends and receives: regular files and folders, in the ustar form with GNU's long names.
///
/// An archive from a container is not trusted: nothing is written outside the target, links are left out, and no link on the way is followed.
final class TarArchive {

    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int MAX_NAME_BYTES = 64 * 1024;
    private static final char FILE = '0';
    private static final char FOLDER = '5';
    private static final char LONG_NAME = 'L';
    private static final char EXTENDED = 'x';
    private static final char EXTENDED_FOR_ALL = 'g';

    private TarArchive() {
    }

    /// Writes a file, or a folder and what is in it.
    ///
    /// @param name the name of the file or folder in the archive
    static void write(Path file, String name, OutputStream out) throws IOException {
        add(file, name, out);
        out.write(new byte[2 * BLOCK]);
    }

    private static void add(Path file, String name, OutputStream out) throws IOException {
        if (Files.isDirectory(file)) {
            header(name + "/", 0, FOLDER, mode(file, 0755), out);
            try (var children = Files.list(file)) {
                for (var child : children.sorted().toList()) {
                    add(child, name + "/" + child.getFileName(), out);
                }
            }
        } else if (Files.isRegularFile(file)) {
            long size = Files.size(file);
            header(name, size, FILE, mode(file, 0644), out);
            try (var in = Files.newInputStream(file)) {
                long copied = in.transferTo(new Bounded(out, size));
                pad(size, out, size - copied);
            }
        }
    }

    /// Takes no more bytes than were announced, although the file may have grown.
    private static final class Bounded extends OutputStream {

        private final OutputStream out;
        private long left;

        Bounded(OutputStream out, long size) {
            this.out = out;
            this.left = size;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int taken = (int) Math.min(length, left);
            out.write(bytes, offset, taken);
            left -= taken;
        }
    }

    private static int mode(Path file, int otherwise) throws IOException {
        int mode = 0;
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return otherwise;
        }
        var set = Files.getPosixFilePermissions(file);
        for (var permission : PosixFilePermission.values()) {
            mode = mode << 1 | (set.contains(permission) ? 1 : 0);
        }
        return mode;
    }

    private static void header(String name, long size, char type, int mode, OutputStream out) throws IOException {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > NAME_BYTES) {
            header("././@LongLink", bytes.length + 1L, LONG_NAME, 0644, out);
            out.write(bytes);
            out.write(0);
            pad(bytes.length + 1L, out, 0);
        }
        var header = new byte[BLOCK];
        System.arraycopy(bytes, 0, header, 0, Math.min(bytes.length, NAME_BYTES));
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "%011o".formatted(System.currentTimeMillis() / 1000));
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        put(header, 148, "        ");
        int sum = 0;
        for (byte value : header) {
            sum += value & 255;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        out.write(header);
    }

    private static void put(byte[] header, int offset, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    /// @param missing bytes that were announced and are not there
    private static void pad(long size, OutputStream out, long missing) throws IOException {
        for (long left = missing; left > 0; left -= BLOCK) {
            out.write(new byte[(int) Math.min(left, BLOCK)]);
        }
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    /// Unpacks what is below a path of the archive.
    ///
    /// @param root the path in the container that was packed
    /// @param target the local path for the root
    /// @param warn receives a warning for each entry that is left out
    /// @return whether the archive had any entry
    static boolean extract(InputStream in, String root, Path target, Consumer<String> warn) throws IOException {
        var prefix = clean(root);
        var longName = "";
        boolean any = false;
        while (true) {
            var header = in.readNBytes(BLOCK);
            if (header.length < BLOCK || header[0] == 0) {
                in.transferTo(OutputStream.nullOutputStream());
                return any;
            }
            long size = octal(header, 124, 12);
            char type = header[156] == 0 ? FILE : (char) header[156];
            if (type == LONG_NAME || type == EXTENDED || type == EXTENDED_FOR_ALL) {
                longName = longName(in, size, type, longName);
                continue;
            }
            var name = longName.isEmpty() ? name(header) : longName;
            longName = "";
            var path = place(clean(name), prefix, target);
            any = true;
            if (path == null) {
                warn.accept("file \"" + name + "\" is outside target destination, skipping");
                skip(in, size);
            } else if (type == FOLDER) {
                createFolder(path, target);
                skip(in, size);
            } else if (type == FILE) {
                createFolder(path.getParent() == null ? Path.of("") : path.getParent(), target);
                writeFile(in, size, path);
            } else {
                warn.accept("skipping symlink or special file: \"" + name + "\"");
                skip(in, size);
            }
        }
    }

    private static String name(byte[] header) {
        var prefix = text(header, 345, 155);
        var name = text(header, 0, NAME_BYTES);
        return text(header, 257, 5).equals("ustar") && header[262] == 0 && !prefix.isEmpty() ? prefix + "/" + name : name;
    }

    private static String longName(InputStream in, long size, char type, String before) throws IOException {
        if (size > MAX_NAME_BYTES) {
            throw new IOException("a name in the archive is too long: " + size + " bytes");
        }
        var bytes = in.readNBytes((int) size);
        skipPadding(in, size);
        if (type == LONG_NAME) {
            return text(bytes, 0, bytes.length);
        }
        if (type == EXTENDED) {
            for (var record : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
                int path = record.indexOf(" path=");
                if (path > 0) {
                    return record.substring(path + 6);
                }
            }
        }
        return before;
    }

    private static String clean(String path) {
        var clean = Path.of("/" + path).normalize().toString();
        return clean.substring(1);
    }

    private static @Nullable Path place(String name, String prefix, Path target) {
        if (prefix.isEmpty() || name.equals(prefix)) {
            return prefix.isEmpty() ? target.resolve(name) : target;
        }
        return name.startsWith(prefix + "/") ? target.resolve(name.substring(prefix.length() + 1)) : null;
    }

    /// @throws IOException where a link stands in the way
    private static void createFolder(Path folder, Path target) throws IOException {
        for (var at = folder; at != null && at.startsWith(target) && !at.equals(target); at = at.getParent()) {
            if (Files.isSymbolicLink(at)) {
                throw new IOException(at + " is a link; nothing is written through it");
            }
        }
        if (!folder.toString().isEmpty()) {
            Files.createDirectories(folder);
        }
    }

    private static void writeFile(InputStream in, long size, Path path) throws IOException {
        if (Files.isSymbolicLink(path) || Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " exists and is no file");
        }
        try (var out = Files.newOutputStream(path)) {
            copy(in, size, out);
        }
        skipPadding(in, size);
    }

    private static void skip(InputStream in, long size) throws IOException {
        copy(in, size, OutputStream.nullOutputStream());
        skipPadding(in, size);
    }

    private static void copy(InputStream in, long size, OutputStream out) throws IOException {
        var buffer = new byte[8192];
        for (long left = size; left > 0;) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the archive ends in the middle of a file");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static void skipPadding(InputStream in, long size) throws IOException {
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    }

    private static String text(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }

    /// GNU's form for sizes beyond eight gibibytes has the highest bit set.
    private static long octal(byte[] header, int offset, int length) throws IOException {
        if (header[offset] < 0) {
            long value = 0;
            for (int i = offset + 4; i < offset + length; i++) {
                value = value << 8 | header[i] & 255;
            }
            return value;
        }
        var text = text(header, offset, length).strip();
        if (!text.matches("[0-7]{1,12}")) {
            throw new IOException("the archive is damaged");
        }
        return Long.parseLong(text, 8);
    }
}
