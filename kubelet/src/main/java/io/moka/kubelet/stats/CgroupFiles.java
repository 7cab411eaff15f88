package io.moka.kubelet.stats;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Reads the files of a cgroup. A read throws [NoSuchFileException] when the group is gone.
///
/// A scrape reads some two thousand of them, so each takes an open, a read for each page, and a close; `Files` would also ask for sizes and times.
final class CgroupFiles {

    private static final int PAGE_BYTES = 4096;
    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[PAGE_BYTES]);

    private CgroupFiles() {
    }

    static String text(Path file) throws IOException {
        try (var stream = new FileInputStream(file.toString())) {
            var buffer = BUFFER.get();
            int end = 0;
            for (int count = stream.read(buffer, 0, buffer.length); count >= 0; count = stream.read(buffer, end, buffer.length - end)) {
                end += count;
                if (end == buffer.length) {
                    buffer = Arrays.copyOf(buffer, buffer.length * 2);
                    BUFFER.set(buffer);
                }
            }
            return new String(buffer, 0, end, StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
            throw new NoSuchFileException(file.toString());
        }
    }

    static long number(Path file) throws IOException {
        return Long.parseLong(text(file).strip());
    }

    /// A number that the kernel of this machine may not tell, or that is `max`.
    static long number(Path file, long otherwise) throws IOException {
        try {
            var text = text(file).strip();
            return text.equals("max") ? otherwise : Long.parseLong(text);
        } catch (NoSuchFileException e) {
            return otherwise;
        }
    }

    /// A file of lines `name number`. Of its forty lines few are needed, so they are searched for and not all parsed.
    record Table(String text) {

        /// Returns 0 if there is no such line.
        long get(String name) {
            var start = name + " ";
            int line = text.startsWith(start) ? 0 : text.indexOf("\n" + start) + 1;
            if (line == 0 && !text.startsWith(start)) {
                return 0;
            }
            int end = text.indexOf('\n', line);
            return Long.parseLong(text, line + start.length(), end < 0 ? text.length() : end, 10);
        }
    }

    static Table table(Path file) throws IOException {
        return new Table(text(file));
    }

    /// Returns all lines; none if there is no such file.
    static List<String> linesOf(Path file) throws IOException {
        try {
            return text(file).lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /// Returns the number of lines; 0 if there is no such file.
    static long lines(Path file) throws IOException {
        try {
            var text = text(file);
            long lines = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
                lines++;
            }
            return lines;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
