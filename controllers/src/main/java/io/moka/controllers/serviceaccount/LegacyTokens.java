package io.moka.controllers.serviceaccount;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.moka.machinery.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;

/// Signs tokens that do not expire: they are valid while their secret holds them.
///
/// @param key the file of the signing key, read for each token
record LegacyTokens(Path key) {

    private static final String CLAIMS = "kubernetes.io/serviceaccount/";

    String sign(ServiceAccount account, Secret secret) throws IOException, JOSEException {
        var namespace = account.getMetadata().getNamespace();
        var name = account.getMetadata().getName();
        var claims = new JWTClaimsSet.Builder().issuer("kubernetes/serviceaccount").subject("system:serviceaccount:" + namespace + ":" + name)
                .claim(CLAIMS + "namespace", namespace)
                .claim(CLAIMS + "secret.name", secret.getMetadata().getName())
                .claim(CLAIMS + "service-account.name", name)
                .claim(CLAIMS + "service-account.uid", account.getMetadata().getUid())
                .build();
        var own = Pem.privateKey(Files.readAllBytes(key));
        JWSSigner signer = own instanceof ECPrivateKey elliptic ? new ECDSASigner(elliptic) : new RSASSASigner(own);
        var token = new SignedJWT(new JWSHeader(own instanceof ECPrivateKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256), claims);
        token.sign(signer);
        return token.serialize();
    }
}
