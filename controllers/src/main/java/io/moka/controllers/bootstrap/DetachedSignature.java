package io.moka.controllers.bootstrap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A JWS with HS256 and a detached payload (RFC 7515, appendix F). It is computed here, as the libraries refuse keys as short as a token's.
final class DetachedSignature {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private DetachedSignature() {
    }

    /// @param id names the key in the header
    static String of(String payload, String id, String secret) {
        var header = BASE64.encodeToString(("{\"alg\":\"HS256\",\"kid\":\"" + id + "\"}").getBytes(UTF_8));
        var signed = header + "." + BASE64.encodeToString(payload.getBytes(UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return header + ".." + BASE64.encodeToString(mac.doFinal(signed.getBytes(US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
