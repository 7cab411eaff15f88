package io.moka.apiserver.front.authn;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// The public keys of service-account tokens, and their publication as a JSON Web Key Set.
public record PublicKeys(List<PublicKey> keys) {

    /// Returns the id by which a token names its key: the key's digest.
    static String idOf(PublicKey key) {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Returns the id of a private key's public half; empty when it is not among these keys.
    public String idFor(PrivateKey key) {
        for (PublicKey candidate : keys) {
            if (candidate.getAlgorithm().equals(key.getAlgorithm()) && belong(key, candidate)) {
                return idOf(candidate);
            }
        }
        return "";
    }

    private static boolean belong(PrivateKey key, PublicKey candidate) {
        try {
            Signature signature = Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            byte[] text = {1};
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(candidate);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException unfit) {
            return false;
        }
    }

    /// Returns the document at `/openid/v1/jwks`.
    public Map<String, Object> jsonWebKeySet() {
        return new JWKSet(keys.stream().map(PublicKeys::jsonWebKey).toList()).toJSONObject();
    }

    public List<String> algorithms() {
        return keys.stream().map(key -> algorithm(key).getName()).distinct().toList();
    }

    private static JWSAlgorithm algorithm(PublicKey key) {
        return key instanceof ECPublicKey ec ? switch (Curve.forECParameterSpec(ec.getParams()).getName()) {
            case "P-384" -> JWSAlgorithm.ES384;
            case "P-521" -> JWSAlgorithm.ES512;
            default -> JWSAlgorithm.ES256;
        } : JWSAlgorithm.RS256;
    }

    private static JWK jsonWebKey(PublicKey key) {
        return switch (key) {
            case ECPublicKey ec -> new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).keyUse(KeyUse.SIGNATURE).keyID(idOf(key)).algorithm(algorithm(key)).build();
            case RSAPublicKey rsa -> new RSAKey.Builder(rsa).keyUse(KeyUse.SIGNATURE).keyID(idOf(key)).algorithm(algorithm(key)).build();
            default -> throw new IllegalArgumentException("a service-account key is neither EC nor RSA");
        };
    }
}
