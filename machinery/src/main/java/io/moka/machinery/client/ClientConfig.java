package io.moka.machinery.client;

import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The apiserver's address and the client's credentials.
///
/// @param server the base URL without a trailing slash
/// @param namespace the context's namespace, `default` where it names none
/// @param tokens gives the bearer token anew for each request (it may rotate), or null for client-certificate identities
public record ClientConfig(String server, String namespace, SSLContext sslContext, @Nullable Supplier<String> tokens, String userAgent) {

    /// The current context of a kubeconfig file, or the named one.
    ///
    /// @throws IOException when the file can't be read; its message says which part is missing
    public static ClientConfig load(Path kubeconfig, @Nullable String context, String userAgent) throws IOException {
        var chosen = Kubeconfig.read(kubeconfig).context(context);
        var identity = chosen.clientCertificate() == null || chosen.clientKey() == null
                ? null : TlsIdentity.parse(chosen.clientCertificate(), chosen.clientKey());
        var token = chosen.token();
        return new ClientConfig(chosen.server(), chosen.namespace(), TlsIdentity.clientContext(chosen.certificateAuthority(), identity),
                token == null ? null : () -> token, userAgent);
    }

    @Nullable String token() {
        return tokens == null ? null : tokens.get();
    }
}
