package io.moka.apiserver.front.authn;

import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The authenticators that the flags configure, in upstream's order, with the signer and the keys of service-account tokens.
///
/// @param any     all authenticators
/// @param bearer  the authenticators of bearer tokens, for token reviews
/// @param accounts the authenticator of service-account tokens
public record Authenticators(Authenticator any, Authenticator bearer, TokenAuthenticator accounts, TokenSigner signer, PublicKeys keys) {

    public static Authenticators of(AuthenticationOptions options, Catalog catalog, ObjectReader objects, InstantSource clock) throws IOException {
        PublicKeys keys = new PublicKeys(options.accounts.keyFiles.stream().map(Authenticators::publicKey).toList());
        PrivateKey signing = Pem.privateKey(Files.readAllBytes(options.accounts.signingKeyFile));
        var accounts = new TokenAuthenticator(new TokenVerifier(options.accounts.issuers, keys.keys(), clock), options.accounts.apiAudiences(), objects, catalog, clock);
        List<Authenticator> bearers = new ArrayList<>();
        if (options.tokenFile != null) {
            bearers.add(new StaticTokenAuthenticator(options.tokenFile));
        }
        bearers.add(accounts);
        if (options.bootstrapTokens) {
            bearers.add(new BootstrapTokenAuthenticator(objects, catalog, clock));
        }
        if (options.oidc.issuerUrl != null) {
            bearers.add(new OidcAuthenticator(options.oidc, clock));
        }
        List<Authenticator> all = new ArrayList<>();
        if (options.frontProxy.clientCaFile != null) {
            all.add(new FrontProxyAuthenticator(options.frontProxy.clientCaFile, options.frontProxy, clock));
        }
        all.add(new CertificateAuthenticator(options.clientCaFile, clock));
        all.addAll(bearers);
        return new Authenticators(Authenticator.anyOf(all), Authenticator.anyOf(bearers), accounts,
                new TokenSigner(options.accounts.issuers.getFirst(), signing, () -> keys.idFor(signing)), keys);
    }

    private static PublicKey publicKey(Path file) {
        try {
            return Pem.publicKey(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
