package io.moka.apiserver.front.audit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The audit log's file. When it is large it is rotated: `audit.log` becomes `audit-2026-01-31T12-00-00.000.log`. Used by one thread.
final class AuditFile implements AutoCloseable {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);
    private static final Set<OpenOption> APPEND = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);

    private final Path file;
    private final long maxBytes;
    private final int maxBackups;
    private final Duration maxAge;
    private final InstantSource clock;
    private OutputStream out;
    private long size;

    AuditFile(Path file, long maxBytes, int maxBackups, Duration maxAge, InstantSource clock) throws IOException {
        this.file = file.toAbsolutePath();
        this.maxBytes = maxBytes;
        this.maxBackups = maxBackups;
        this.maxAge = maxAge;
        this.clock = clock;
        out = open();
    }

    private OutputStream open() throws IOException {
        if (!Files.exists(file) && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        size = Files.exists(file) ? Files.size(file) : 0;
        return new BufferedOutputStream(Files.newOutputStream(file, APPEND.toArray(OpenOption[]::new)), 64 * 1024);
    }

    void write(byte[] line) throws IOException {
        if (maxBytes > 0 && size > 0 && size + line.length + 1 > maxBytes) {
            rotate();
        }
        out.write(line);
        out.write('\n');
        size += line.length + 1;
    }

    void flush() throws IOException {
        out.flush();
    }

    private void rotate() throws IOException {
        out.close();
        Path aside = file.resolveSibling(stem() + "-" + STAMP.format(clock.instant()) + extension());
        for (int n = 1; Files.exists(aside); n++) {
            aside = file.resolveSibling(stem() + "-" + STAMP.format(clock.instant().plusMillis(n)) + extension());
        }
        Files.move(file, aside);
        out = open();
        prune();
    }

    private String stem() {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    private String extension() {
        return file.getFileName().toString().substring(stem().length());
    }

    private void prune() throws IOException {
        List<Path> backups;
        try (Stream<Path> siblings = Files.list(file.getParent())) {
            backups = siblings.filter(this::isBackup).sorted(Comparator.reverseOrder()).toList();
        }
        Instant oldest = clock.instant().minus(maxAge);
        for (int i = 0; i < backups.size(); i++) {
            boolean tooOld = !maxAge.isZero() && Files.getLastModifiedTime(backups.get(i)).toInstant().isBefore(oldest);
            if (maxBackups > 0 && i >= maxBackups || tooOld) {
                Files.delete(backups.get(i));
            }
        }
    }

    private boolean isBackup(Path candidate) {
        String name = candidate.getFileName().toString();
        String stem = stem() + "-";
        return name.startsWith(stem) && name.endsWith(extension()) && name.length() == stem.length() + 23 + extension().length()
                && Character.isDigit(name.charAt(stem.length()));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
