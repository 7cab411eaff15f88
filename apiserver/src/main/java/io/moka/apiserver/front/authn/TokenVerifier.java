package io.moka.apiserver.front.authn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Verifies signature, issuer and expiry of service-account tokens. Tokens with a valid signature are cached, at most a thousand.
public final class TokenVerifier {
    private static final String LEGACY_ISSUER = "kubernetes/serviceaccount";
    private static final String LEGACY_CLAIMS = "kubernetes.io/serviceaccount/";

    private final List<String> issuers;
    private final InstantSource clock;
    private final List<JWSVerifier> verifiers = new ArrayList<>();
    private final Cache<String, ServiceAccountToken> verified =
            Caffeine.newBuilder().maximumSize(1000).expireAfterWrite(Duration.ofMinutes(10)).executor(Runnable::run).build();

    /// @param issuers the accepted issuers; the first one is that of new tokens
    public TokenVerifier(List<String> issuers, List<PublicKey> keys, InstantSource clock) {
        this.issuers = List.copyOf(issuers);
        this.clock = clock;
        for (PublicKey key : keys) {
            verifiers.add(verifier(key));
        }
    }

    private static JWSVerifier verifier(PublicKey key) {
        try {
            return switch (key) {
                case ECPublicKey ec -> new ECDSAVerifier(ec);
                case RSAPublicKey rsa -> new RSASSAVerifier(rsa);
                default -> throw new IllegalArgumentException("a service-account key is neither EC nor RSA");
            };
        } catch (JOSEException unusable) {
            throw new IllegalArgumentException("a service-account key cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /// Returns the token's claims; empty when it was not issued here, or has expired.
    public Optional<ServiceAccountToken> verify(String token) {
        ServiceAccountToken known = verified.getIfPresent(token);
        if (known == null) {
            known = check(token);
            if (known == null) {
                return Optional.empty();
            }
            verified.put(token, known);
        }
        Instant now = clock.instant();
        return now.isBefore(known.expiresAt()) && !now.plus(Duration.ofMinutes(1)).isBefore(known.issuedAt()) ? Optional.of(known) : Optional.empty();
    }

    private @Nullable ServiceAccountToken check(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            String issuer = claims.getIssuer();
            boolean legacy = LEGACY_ISSUER.equals(issuer);
            if (issuer == null || !legacy && !issuers.contains(issuer) || !signedByUs(jwt)) {
                return null;
            }
            return legacy ? readLegacy(claims) : read(claims);
        } catch (ParseException | JOSEException notOurs) {
            return null;
        }
    }

    private boolean signedByUs(SignedJWT jwt) throws JOSEException {
        for (JWSVerifier verifier : verifiers) {
            if (verifier.supportedJWSAlgorithms().contains(jwt.getHeader().getAlgorithm()) && jwt.verify(verifier)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ServiceAccountToken read(JWTClaimsSet claims) throws ParseException {
        Map<String, Object> own = claims.getJSONObjectClaim("kubernetes.io");
        if (own == null || claims.getExpirationTime() == null || claims.getIssueTime() == null) {
            return null;
        }
        var account = bound(own, "serviceaccount");
        return new ServiceAccountToken(String.valueOf(own.get("namespace")), account.name(), account.uid(),
                bound(own, "pod"), bound(own, "secret"), bound(own, "node"), claims.getAudience(),
                claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant(), String.valueOf(claims.getJWTID()));
    }

    /// Reads the claims of a token from a secret. Such tokens have no expiry; they are valid as long as the secret contains them.
    private static @Nullable ServiceAccountToken readLegacy(JWTClaimsSet claims) throws ParseException {
        String namespace = claims.getStringClaim(LEGACY_CLAIMS + "namespace");
        String secret = claims.getStringClaim(LEGACY_CLAIMS + "secret.name");
        String account = claims.getStringClaim(LEGACY_CLAIMS + "service-account.name");
        String uid = claims.getStringClaim(LEGACY_CLAIMS + "service-account.uid");
        if (namespace == null || secret == null || account == null || uid == null) {
            return null;
        }
        return new ServiceAccountToken(namespace, account, uid, ServiceAccountToken.Bound.NONE, new ServiceAccountToken.Bound(secret, ""),
                ServiceAccountToken.Bound.NONE, List.of(), Instant.EPOCH, Instant.MAX, "");
    }

    private static ServiceAccountToken.Bound bound(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof Map<?, ?> found
                ? new ServiceAccountToken.Bound(String.valueOf(found.get("name")), String.valueOf(found.get("uid")))
                : ServiceAccountToken.Bound.NONE;
    }
}
