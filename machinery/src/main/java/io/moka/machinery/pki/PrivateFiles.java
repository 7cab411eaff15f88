package io.moka.machinery.pki;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Writes files that only their owner may read.
public final class PrivateFiles {

    private PrivateFiles() {
    }

    /// Writes the file with mode 0600, in one move: a reader sees the old content or the new, never a part.
    public static void write(Path file, byte[] content) throws IOException {
        var target = file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var temporary = Files.createTempFile(target.getParent(), ".new-", "", owner);
        try {
            Files.write(temporary, content);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /// Makes an empty file with mode 0600 where none is, and takes the rights of others from one that is there. A program whose output
    /// goes to the file keeps that mode, as it opens the file instead of making it.
    ///
    /// @return the file
    public static Path log(Path file) throws IOException {
        var owner = PosixFilePermissions.fromString("rw-------");
        Files.createDirectories(file.toAbsolutePath().getParent());
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(owner));
        } catch (FileAlreadyExistsException exists) {
            Files.setPosixFilePermissions(file, owner);
        }
        return file;
    }
}
