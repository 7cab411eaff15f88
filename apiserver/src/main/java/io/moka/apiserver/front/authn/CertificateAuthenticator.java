package io.moka.apiserver.front.authn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.moka.apiserver.core.access.UserInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Authenticates client certificates: the common name is the user, the organizations are its groups,
/// the digest is the credential's id. Verified certificates are cached for a while, at most a thousand.
public final class CertificateAuthenticator implements Authenticator {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final InstantSource clock;
    private final AuthorityFile source;
    private volatile Set<TrustAnchor> authorities;
    private final Cache<X509Certificate, Authentication> verified =
            Caffeine.newBuilder().maximumSize(1000).expireAfterWrite(Duration.ofMinutes(5)).executor(Runnable::run).build();

    /// Trusts the authorities of a file, which is read again when it changes.
    public CertificateAuthenticator(Path file, InstantSource clock) throws IOException {
        this(new AuthorityFile(file), clock);
    }

    CertificateAuthenticator(List<X509Certificate> authorities, InstantSource clock) {
        this(new AuthorityFile(authorities), clock);
    }

    private CertificateAuthenticator(AuthorityFile source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        authorities = anchors(source.authorities());
    }

    private static Set<TrustAnchor> anchors(List<X509Certificate> authorities) {
        return authorities.stream().map(authority -> new TrustAnchor(authority, null)).collect(Collectors.toSet());
    }

    @Override
    public Authentication authenticate(Credentials credentials) {
        if (credentials.certificates().isEmpty()) {
            return new Authentication.Absent();
        }
        X509Certificate own = credentials.certificates().getFirst();
        if (Date.from(clock.instant()).after(own.getNotAfter())) {
            return new Authentication.Rejected("the certificate expired at " + own.getNotAfter());
        }
        if (source.hasChanged()) {
            authorities = anchors(source.authorities());
            verified.invalidateAll();
        }
        Authentication known = verified.getIfPresent(own);
        if (known == null) {
            known = verify(credentials.certificates());
            verified.put(own, known);
        }
        return known;
    }

    private Authentication verify(List<X509Certificate> chain) {
        try {
            var parameters = new PKIXParameters(authorities);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            List<String> usages = chain.getFirst().getExtendedKeyUsage();
            if (usages != null && !usages.contains(CLIENT_AUTH) && !usages.contains(ANY_USAGE)) {
                return new Authentication.Rejected("the certificate is not for clients");
            }
            return user(chain.getFirst());
        } catch (GeneralSecurityException | InvalidNameException untrusted) {
            return new Authentication.Rejected("the certificate is not trusted: " + untrusted.getMessage());
        }
    }

    private static Authentication user(X509Certificate certificate) throws GeneralSecurityException, InvalidNameException {
        String name = "";
        List<String> groups = new ArrayList<>();
        for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
            switch (rdn.getType()) {
                case "CN" -> name = rdn.getValue().toString();
                case "O" -> groups.add(rdn.getValue().toString());
                default -> { }
            }
        }
        if (name.isEmpty()) {
            return new Authentication.Rejected("the certificate has no common name");
        }
        groups.add("system:authenticated");
        return new Authentication.Authenticated(new UserInfo(name, "", List.copyOf(groups), Map.of("authentication.kubernetes.io/credential-id", List.of(id(certificate)))));
    }

    private static String id(X509Certificate certificate) throws GeneralSecurityException {
        return "X509SHA256=" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }
}
