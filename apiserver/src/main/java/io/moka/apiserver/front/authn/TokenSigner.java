package io.moka.apiserver.front.authn;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Signs service-account tokens: ES256 with an EC key, RS256 with an RSA key.
public final class TokenSigner {
    private final String issuer;
    private final JWSSigner signer;
    private final JWSAlgorithm algorithm;
    private final Supplier<String> findKeyId;
    private volatile @Nullable JWSHeader header;

    /// @param keyId returns the id by which tokens name the key; called once, when the first token is signed
    public TokenSigner(String issuer, PrivateKey key, Supplier<String> keyId) {
        this.issuer = issuer;
        findKeyId = keyId;
        try {
            signer = key instanceof ECPrivateKey ec ? new ECDSASigner(ec) : new RSASSASigner(key);
        } catch (JOSEException unusable) {
            throw new IllegalArgumentException("the service-account signing key cannot be used: " + unusable.getMessage(), unusable);
        }
        algorithm = key instanceof ECPrivateKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256;
    }

    private JWSHeader header() {
        JWSHeader known = header;
        if (known == null) {
            known = new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(findKeyId.get()).build();
            header = known;
        }
        return known;
    }

    public String sign(ServiceAccountToken token) {
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer).subject(token.subject()).audience(token.audiences())
                .issueTime(Date.from(token.issuedAt())).notBeforeTime(Date.from(token.issuedAt())).expirationTime(Date.from(token.expiresAt()))
                .jwtID(token.id())
                .claim("kubernetes.io", kubernetesClaims(token))
                .build();
        SignedJWT jwt = new SignedJWT(header(), claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException failed) {
            throw new IllegalStateException("cannot sign a service-account token", failed);
        }
        return jwt.serialize();
    }

    private static Map<String, Object> kubernetesClaims(ServiceAccountToken token) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("namespace", token.namespace());
        putBound(claims, "node", token.node());
        putBound(claims, "pod", token.pod());
        putBound(claims, "secret", token.secret());
        claims.put("serviceaccount", Map.of("name", token.serviceAccount(), "uid", token.serviceAccountUid()));
        return claims;
    }

    private static void putBound(Map<String, Object> claims, String name, ServiceAccountToken.Bound bound) {
        if (bound.present()) {
            claims.put(name, Map.of("name", bound.name(), "uid", bound.uid()));
        }
    }
}
