package io.moka.apiserver.front.authn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Authenticates tokens of an OpenID Connect issuer: signed by one of its keys, for the configured client, not expired. Claims become name and groups.
///
/// The issuer is contacted when the first such token arrives. Verified tokens are cached until they expire, at most a thousand.
public final class OidcAuthenticator implements Authenticator {
    private final OidcOptions options;
    private final String issuer;
    private final InstantSource clock;
    private final IssuerKeys keys;
    private final Cache<String, Verified> verified =
            Caffeine.newBuilder().maximumSize(1000).expireAfterWrite(Duration.ofMinutes(10)).executor(Runnable::run).build();

    private record Verified(UserInfo user, Instant expiresAt) {}

    /// The reason why a token is not valid.
    private static final class Refusal extends Exception {
        Refusal(String why) {
            super(why);
        }
    }

    public OidcAuthenticator(OidcOptions options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
        issuer = Objects.requireNonNull(options.issuerUrl);
        if (!issuer.startsWith("https://") || options.clientId.isEmpty()) {
            throw new IllegalArgumentException("--oidc-issuer-url must be a https URL, and --oidc-client-id must be given with it");
        }
        if (options.signingAlgorithms.stream().anyMatch(name -> name.equals("none") || name.startsWith("HS"))) {
            throw new IllegalArgumentException("--oidc-signing-algs takes asymmetric algorithms only");
        }
        keys = new IssuerKeys(issuer, () -> client(options.caFile), clock);
    }

    private static HttpClient client(@Nullable Path authority) {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).followRedirects(HttpClient.Redirect.NEVER);
        try {
            return authority == null ? builder.build() : builder.sslContext(TlsIdentity.clientContext(Files.readAllBytes(authority), null)).build();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(authority + ": " + unreadable.getMessage(), unreadable);
        }
    }

    @Override
    public Authentication authenticate(Credentials credentials) {
        String token = credentials.bearerToken();
        if (token.isEmpty()) {
            return new Authentication.Absent();
        }
        Verified known = verified.getIfPresent(token);
        if (known != null && clock.instant().isBefore(known.expiresAt())) {
            return new Authentication.Authenticated(known.user());
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (!issuer.equals(claims.getIssuer())) {
                return new Authentication.Absent();
            }
            Verified fresh = verify(jwt, claims);
            verified.put(token, fresh);
            return new Authentication.Authenticated(fresh.user());
        } catch (ParseException noToken) {
            return new Authentication.Absent();
        } catch (Refusal | IOException | JOSEException refused) {
            return new Authentication.Rejected("oidc: " + refused.getMessage());
        }
    }

    private Verified verify(SignedJWT jwt, JWTClaimsSet claims) throws Refusal, IOException, JOSEException, ParseException {
        String algorithm = jwt.getHeader().getAlgorithm().getName();
        require(options.signingAlgorithms.contains(algorithm), "the token is signed with " + algorithm);
        require(claims.getAudience().contains(options.clientId), "the token is for " + claims.getAudience());
        Date expires = claims.getExpirationTime();
        require(expires != null && clock.instant().isBefore(expires.toInstant()), "the token has expired");
        Date from = claims.getNotBeforeTime();
        require(from == null || !clock.instant().plusSeconds(60).isBefore(from.toInstant()), "the token is not valid yet");
        require(signedByIssuer(jwt), "the token is not signed by a key of the issuer");
        return new Verified(user(claims), Objects.requireNonNull(expires).toInstant());
    }

    private boolean signedByIssuer(SignedJWT jwt) throws IOException, JOSEException {
        for (JWK key : keys.candidates(jwt.getHeader().getKeyID())) {
            if (key instanceof AsymmetricJWK asymmetric && fits(jwt, key)) {
                JWSVerifier verifier = new DefaultJWSVerifierFactory().createJWSVerifier(jwt.getHeader(), asymmetric.toPublicKey());
                if (jwt.verify(verifier)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean fits(SignedJWT jwt, JWK key) {
        String algorithm = jwt.getHeader().getAlgorithm().getName();
        String family = algorithm.startsWith("ES") ? "EC" : "RSA";
        return key.getKeyType().getValue().equals(family) && (key.getAlgorithm() == null || key.getAlgorithm().getName().equals(algorithm));
    }

    private UserInfo user(JWTClaimsSet claims) throws Refusal {
        for (Map.Entry<String, String> required : options.requiredClaims.entrySet()) {
            require(required.getValue().equals(claims.getClaim(required.getKey())), "the claim " + required.getKey() + " is not " + required.getValue());
        }
        require(claims.getClaim(options.usernameClaim) instanceof String, "the claim " + options.usernameClaim + " is no name");
        String name = (String) claims.getClaim(options.usernameClaim);
        require(!name.isEmpty(), "the claim " + options.usernameClaim + " is empty");
        if (options.usernameClaim.equals("email")) {
            Object isVerified = claims.getClaim("email_verified");
            require(isVerified == null || Boolean.TRUE.equals(isVerified), "the email is not verified");
        }
        List<String> groups = groups(claims);
        groups.add("system:authenticated");
        return new UserInfo(options.userPrefix() + name, "", List.copyOf(groups), extra(claims));
    }

    private static Map<String, List<String>> extra(JWTClaimsSet claims) {
        return claims.getJWTID() == null ? Map.of() : Map.of("authentication.kubernetes.io/credential-id", List.of("JTI=" + claims.getJWTID()));
    }

    private List<String> groups(JWTClaimsSet claims) throws Refusal {
        List<String> groups = new ArrayList<>();
        switch (options.groupsClaim.isEmpty() ? null : claims.getClaim(options.groupsClaim)) {
            case null -> { }
            case String single -> groups.add(options.groupsPrefix + single);
            case List<?> several -> {
                for (Object group : several) {
                    require(group instanceof String, "the claim " + options.groupsClaim + " holds what is no group");
                    groups.add(options.groupsPrefix + group);
                }
            }
            default -> throw new Refusal("the claim " + options.groupsClaim + " holds no groups");
        }
        return groups;
    }

    private static void require(boolean held, String otherwise) throws Refusal {
        if (!held) {
            throw new Refusal(otherwise);
        }
    }
}
