package io.moka.machinery.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/// A certificate signing request in the format PKCS #10: the requested contents of the certificate, and the proof that the requester has the private key.
public final class SigningRequest {

    /// The kinds of name that a request may ask for beside its subject.
    public enum NameType {
        EMAIL(GeneralName.rfc822Name), DNS(GeneralName.dNSName), URI(GeneralName.uniformResourceIdentifier), IP(GeneralName.iPAddress);

        private final int tag;

        NameType(int tag) {
            this.tag = tag;
        }
    }

    /// Thrown if the bytes are no request, or the request is not signed by its own key.
    public static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String why, @Nullable Throwable cause) {
            super(why, cause);
        }
    }

    private final JcaPKCS10CertificationRequest request;
    private final PublicKey key;
    private final List<GeneralName> names;

    private SigningRequest(JcaPKCS10CertificationRequest request, PublicKey key, List<GeneralName> names) {
        this.request = request;
        this.key = key;
        this.names = names;
    }

    public static SigningRequest parse(byte[] pem) throws Malformed {
        var der = Pem.find(pem, "CERTIFICATE REQUEST");
        if (der == null) {
            der = Pem.find(pem, "NEW CERTIFICATE REQUEST");
        }
        if (der == null) {
            throw new Malformed("PEM block type must be CERTIFICATE REQUEST", null);
        }
        try {
            var request = new JcaPKCS10CertificationRequest(der);
            var key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new Malformed("the request is not signed by its own key", null);
            }
            return new SigningRequest(request, key, names(request));
        } catch (Malformed e) {
            throw e;
        } catch (GeneralSecurityException | OperatorCreationException | PKCSException | IOException | IllegalArgumentException e) {
            throw new Malformed("the request cannot be read: " + e.getMessage(), e);
        }
    }

    /// Names of kinds that no certificate of Kubernetes has are not asked for, as upstream reads requests.
    private static List<GeneralName> names(JcaPKCS10CertificationRequest request) {
        var extensions = request.getRequestedExtensions();
        var names = extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return names == null ? List.of() : Arrays.stream(names.getNames())
                .filter(name -> Arrays.stream(NameType.values()).anyMatch(type -> type.tag == name.getTagNo())).toList();
    }

    public boolean asksFor(NameType type) {
        return names.stream().anyMatch(name -> name.getTagNo() == type.tag);
    }

    /// The user that the certificate is to name; empty where it names none.
    public String commonName() {
        var all = subjectValues(BCStyle.CN);
        return all.isEmpty() ? "" : all.getLast();
    }

    /// The groups that the certificate is to name.
    public List<String> organizations() {
        return subjectValues(BCStyle.O);
    }

    private List<String> subjectValues(ASN1ObjectIdentifier attribute) {
        var values = new ArrayList<String>();
        for (var rdn : subject().getRDNs()) {
            for (var part : rdn.getTypesAndValues()) {
                if (part.getType().equals(attribute)) {
                    values.add(IETFUtils.valueToString(part.getValue()));
                }
            }
        }
        return values;
    }

    X500Name subject() {
        return request.getSubject();
    }

    List<GeneralName> names() {
        return names;
    }

    public PublicKey publicKey() {
        return key;
    }
}
