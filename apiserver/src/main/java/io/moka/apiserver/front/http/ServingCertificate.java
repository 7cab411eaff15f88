package io.moka.apiserver.front.http;

import io.moka.machinery.pki.TlsIdentity;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the files of the server's certificate and key for changes.
final class ServingCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(ServingCertificate.class);

    private final Path certFile;
    private final Path keyFile;
    // guarded by this: the contents that were last read, whether they could be used or not
    private byte[] certificate = {};
    private byte[] key = {};

    ServingCertificate(Path certFile, Path keyFile) {
        this.certFile = certFile;
        this.keyFile = keyFile;
        try {
            certificate = Files.readAllBytes(certFile);
            key = Files.readAllBytes(keyFile);
        } catch (IOException unreadable) {
            LOG.warn("Cannot read {}: {}", certFile, unreadable.getMessage());
        }
    }

    /// Returns the new certificate; null when it is unchanged or cannot be used. When the two files
    /// are written one after the other, only a matching pair is used.
    synchronized @Nullable KeyCertOptions ifChanged() {
        try {
            byte[] certificateNow = Files.readAllBytes(certFile);
            byte[] keyNow = Files.readAllBytes(keyFile);
            if (Arrays.equals(certificateNow, certificate) && Arrays.equals(keyNow, key)) {
                return null;
            }
            certificate = certificateNow;
            key = keyNow;
            if (!TlsIdentity.parse(certificateNow, keyNow).belongsTogether()) {
                LOG.warn("The certificate stays as it is: {} and {} do not belong together", certFile, keyFile);
                return null;
            }
            return new PemKeyCertOptions().addCertValue(Buffer.buffer(certificateNow)).addKeyValue(Buffer.buffer(keyNow));
        } catch (IOException | IllegalArgumentException bad) {
            LOG.error("The certificate stays as it is: {}", bad.getMessage());
            return null;
        }
    }
}
