package io.moka.machinery.pki;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/// The usages of a certificate's key, parsed from their names in the API: bits of the key usage extension, purposes of the extended key usage extension.
record Usages(int bits, List<KeyPurposeId> purposes) {

    private static final Map<String, Integer> BITS = Map.of(
            "signing", KeyUsage.digitalSignature, "digital signature", KeyUsage.digitalSignature, "content commitment", KeyUsage.nonRepudiation,
            "key encipherment", KeyUsage.keyEncipherment, "key agreement", KeyUsage.keyAgreement, "data encipherment", KeyUsage.dataEncipherment,
            "cert sign", KeyUsage.keyCertSign, "crl sign", KeyUsage.cRLSign, "encipher only", KeyUsage.encipherOnly, "decipher only", KeyUsage.decipherOnly);
    private static final Map<String, KeyPurposeId> PURPOSES = Map.ofEntries(
            Map.entry("any", KeyPurposeId.anyExtendedKeyUsage), Map.entry("server auth", KeyPurposeId.id_kp_serverAuth),
            Map.entry("client auth", KeyPurposeId.id_kp_clientAuth), Map.entry("code signing", KeyPurposeId.id_kp_codeSigning),
            Map.entry("email protection", KeyPurposeId.id_kp_emailProtection), Map.entry("s/mime", KeyPurposeId.id_kp_emailProtection),
            Map.entry("ipsec end system", KeyPurposeId.id_kp_ipsecEndSystem), Map.entry("ipsec tunnel", KeyPurposeId.id_kp_ipsecTunnel),
            Map.entry("ipsec user", KeyPurposeId.id_kp_ipsecUser), Map.entry("timestamping", KeyPurposeId.id_kp_timeStamping),
            Map.entry("ocsp signing", KeyPurposeId.id_kp_OCSPSigning), Map.entry("microsoft sgc", KeyPurposeId.id_kp_msSGC),
            Map.entry("netscape sgc", KeyPurposeId.id_kp_nsSGC));

    static Usages of(Collection<String> names) {
        int bits = 0;
        var purposes = new ArrayList<KeyPurposeId>();
        for (var name : new TreeSet<>(names)) {
            var bit = BITS.get(name);
            var purpose = PURPOSES.get(name);
            if (bit != null) {
                bits |= bit;
            } else if (purpose == null) {
                throw new IllegalArgumentException("unrecognized usage values: [\"" + name + "\"]");
            } else if (!purposes.contains(purpose)) {
                purposes.add(purpose);
            }
        }
        return new Usages(bits, List.copyOf(purposes));
    }
}
