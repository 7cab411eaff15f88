package io.moka.apiserver.front.authn;

import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate authorities in a file. Users of the authorities check the file for changes, at most every five seconds; an unreadable file changes nothing.
final class AuthorityFile {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorityFile.class);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final @Nullable Path file;
    private final AtomicLong nextLookNanos = new AtomicLong(System.nanoTime() + LOOK.toNanos());
    private byte[] content;
    private volatile List<X509Certificate> authorities;

    AuthorityFile(Path file) throws IOException {
        this.file = file;
        content = Files.readAllBytes(file);
        authorities = Pem.certificates(content);
    }

    /// Holds authorities that never change.
    AuthorityFile(List<X509Certificate> authorities) {
        file = null;
        content = new byte[0];
        this.authorities = authorities;
    }

    List<X509Certificate> authorities() {
        return authorities;
    }

    /// Whether the authorities have changed since the last check. Only one of concurrent callers reads the file.
    boolean hasChanged() {
        long due = nextLookNanos.get();
        long now = System.nanoTime();
        return file != null && now - due >= 0 && nextLookNanos.compareAndSet(due, now + LOOK.toNanos()) && read(file);
    }

    private synchronized boolean read(Path from) {
        try {
            byte[] now = Files.readAllBytes(from);
            if (Arrays.equals(now, content)) {
                return false;
            }
            List<X509Certificate> read = Pem.certificates(now);
            if (read.isEmpty()) {
                throw new IOException("it has no certificate");
            }
            content = now;
            authorities = read;
            LOG.info("Took over the authorities of {}", from);
            return true;
        } catch (IOException | IllegalArgumentException bad) {
            LOG.error("The authorities stay as they are, {} cannot be used: {}", from, bad.getMessage());
            return false;
        }
    }
}
