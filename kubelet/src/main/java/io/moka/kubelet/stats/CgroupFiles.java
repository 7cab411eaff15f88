package io.moka.kubelet.stats;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;

/// Reads the files of a cgroup. A read throws [NoSuchFileException] when the group is gone.
///
/// A scrape reads some two thousand of them, so each takes an open, a read and a close; `Files` would also ask for sizes and times.
final class CgroupFiles {

    private static final int PAGE_BYTES = 4096;
    /// A shorter read has reached the end, as the kernel fills a page with whole lines before it ends a read in the middle of such a file.
    private static final int SHORT_READ_BYTES = PAGE_BYTES / 2;
    private static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[2 * PAGE_BYTES]);

    private CgroupFiles() {
    }

    static String text(String file) throws IOException {
        try (var stream = new FileInputStream(file)) {
            var buffer = BUFFER.get();
            int end = 0;
            int count;
            do {
                if (buffer.length - end < PAGE_BYTES) {
                    buffer = Arrays.copyOf(buffer, buffer.length * 2);
                    BUFFER.set(buffer);
                }
                count = stream.read(buffer, end, buffer.length - end);
                end += Math.max(0, count);
            } while (count >= SHORT_READ_BYTES);
            return new String(buffer, 0, end, StandardCharsets.UTF_8);
        } catch (FileNotFoundException e) {
            throw new NoSuchFileException(file);
        }
    }

    static long number(String file) throws IOException {
        return Long.parseLong(text(file).strip());
    }

    /// A number that the kernel of this machine may not tell, or that is `max`.
    static long number(String file, long otherwise) throws IOException {
        try {
            var text = text(file).strip();
            return text.equals("max") ? otherwise : Long.parseLong(text);
        } catch (NoSuchFileException e) {
            return otherwise;
        }
    }

    /// A file of lines `name number`. Of its forty lines few are needed, so they are searched for and not all parsed. A search begins where the one before has ended, so that
    /// values are best asked for in the file's order.
    static final class Table {

        static final Table EMPTY = new Table("");

        private final String text;
        private int at;

        Table(String text) {
            this.text = text;
        }

        /// Returns 0 if there is no such line.
        long get(String name) {
            int line = find(name, at, text.length());
            line = line < 0 ? find(name, 0, at) : line;
            if (line < 0) {
                return 0;
            }
            int end = text.indexOf('\n', line);
            at = end < 0 ? text.length() : end + 1;
            return Long.parseLong(text, line + name.length() + 1, end < 0 ? text.length() : end, 10);
        }

        /// @param from the beginning of a line
        private int find(String name, int from, int to) {
            int line = from;
            while (line < to) {
                if (text.startsWith(name, line) && text.startsWith(" ", line + name.length())) {
                    return line;
                }
                int end = text.indexOf('\n', line);
                line = end < 0 ? to : end + 1;
            }
            return -1;
        }
    }

    static Table table(String file) throws IOException {
        return new Table(text(file));
    }

    /// Returns all lines; none if there is no such file.
    static List<String> linesOf(String file) throws IOException {
        try {
            return text(file).lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /// Returns the number of lines; 0 if there is no such file.
    static long lines(String file) throws IOException {
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
