package io.moka.controllers.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whom each signer signs for, and for how long.
class SignerRulesTest {

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource(delimiter = '|', value = {
        "kube-apiserver-client         | CN=ann,O=devs                      | ''                     | client auth                                    | ''",
        "kube-apiserver-client         | CN=ann                             | dns:anything           | client auth,digital signature,key encipherment | ''",
        "kube-apiserver-client         | CN=ann                             | ''                     | digital signature                              | missing required usage for client certificate: client auth",
        "kube-apiserver-client         | CN=ann                             | ''                     | client auth,cert sign                          | invalid usage for client certificate: cert sign",
        "kube-apiserver-client         | CN=ann                             | ''                     | client auth,server auth                        | invalid usage for client certificate: server auth",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes   | ''                     | client auth,digital signature                  | ''",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes   | ''                     | client auth,digital signature,key encipherment | ''",
        "kube-apiserver-client-kubelet | CN=system:node:n1                  | ''                     | client auth,digital signature                  | subject organization is not system:nodes",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes,O=system:masters | ''      | client auth,digital signature                  | subject organization is not system:nodes",
        "kube-apiserver-client-kubelet | CN=ann,O=system:nodes              | ''                     | client auth,digital signature                  | subject common name does not begin with system:node:",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes   | dns:n1                 | client auth,digital signature                  | DNS subjectAltNames are not allowed",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes   | ip:10.0.0.1            | client auth,digital signature                  | IP subjectAltNames are not allowed",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes   | mail:a@b               | client auth,digital signature                  | Email subjectAltNames are not allowed",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes   | uri:urn:x              | client auth,digital signature                  | URI subjectAltNames are not allowed",
        "kube-apiserver-client-kubelet | CN=system:node:n1,O=system:nodes   | ''                     | client auth                                    | usages did not match [client auth digital signature key encipherment]",
        "kubelet-serving               | CN=system:node:n1,O=system:nodes   | dns:n1 ip:10.0.0.1     | server auth,digital signature                  | ''",
        "kubelet-serving               | CN=system:node:n1,O=system:nodes   | ''                     | server auth,digital signature                  | DNS or IP subjectAltName is required",
        "kubelet-serving               | CN=system:node:n1,O=system:nodes   | dns:n1 mail:a@b        | server auth,digital signature                  | Email subjectAltNames are not allowed",
        "kubelet-serving               | CN=system:node:n1,O=system:nodes   | dns:n1 uri:urn:x       | server auth,digital signature                  | URI subjectAltNames are not allowed",
        "kubelet-serving               | CN=system:node:n1,O=system:nodes   | dns:n1                 | client auth,digital signature                  | usages did not match [digital signature key encipherment server auth]",
        "kubelet-serving               | CN=n1,O=system:nodes               | dns:n1                 | server auth,digital signature                  | subject common name does not begin with system:node:",
        "kubelet-serving               | CN=system:node:n1,O=others         | dns:n1                 | server auth,digital signature                  | subject organization is not system:nodes",
        "legacy-unknown                | CN=anything                        | uri:urn:x              | cert sign                                      | ''"})
    void aSignerSaysWhatIsWrong(String signer, String subject, String names, String usages, String fault) {
        var request = SigningRequests.of(subject, names.isEmpty() ? new String[0] : names.split(" "));
        var expected = fault.isEmpty() ? new SignerRules.Verdict.Good() : new SignerRules.Verdict.Refused(fault);
        assertEquals(expected, SignerRules.judge("kubernetes.io/" + signer, request, List.of(usages.split(","))));
    }

    @ParameterizedTest(name = "{0} seconds of at most {1}: {2}")
    @CsvSource(nullValues = "none", value = {"none, PT24H, PT24H", "3600, PT24H, PT1H", "90000, PT24H, PT24H", "60, PT24H, PT10M"})
    void aCertificateLivesAsLongAsAskedForWithinBounds(Integer seconds, Duration longest, Duration expected) {
        assertEquals(expected, SigningReconciler.life(seconds, longest));
    }
}
