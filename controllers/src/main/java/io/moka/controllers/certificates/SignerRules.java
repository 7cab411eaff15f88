package io.moka.controllers.certificates;

import io.moka.machinery.pki.SigningRequest;
import io.moka.machinery.pki.SigningRequest.NameType;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The rules by which Kubernetes' own signers accept or refuse a certificate request.
final class SignerRules {

    static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";
    static final String LEGACY = "kubernetes.io/legacy-unknown";
    private static final String NODES = "system:nodes";
    private static final String NODE = "system:node:";
    private static final Set<String> KEY_USAGES = Set.of("digital signature", "key encipherment");

    /// A signer's verdict on a request.
    sealed interface Verdict {
        record Good() implements Verdict {
        }

        record Refused(String why) implements Verdict {
        }

        /// The request names a signer that is not Kubernetes' own.
        record Foreign() implements Verdict {
        }
    }

    private SignerRules() {
    }

    static boolean isOurs(String signer) {
        return Set.of(CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY).contains(signer);
    }

    static Verdict judge(String signer, SigningRequest request, List<String> usages) {
        return switch (signer) {
            case CLIENT -> verdict(clientFault(usages));
            case KUBELET_CLIENT -> verdict(kubeletClientFault(request, usages));
            case KUBELET_SERVING -> verdict(kubeletServingFault(request, usages));
            case LEGACY -> new Verdict.Good();
            default -> new Verdict.Foreign();
        };
    }

    private static Verdict verdict(String fault) {
        return fault.isEmpty() ? new Verdict.Good() : new Verdict.Refused(fault);
    }

    private static String clientFault(List<String> usages) {
        for (var usage : usages) {
            if (!usage.equals("client auth") && !KEY_USAGES.contains(usage)) {
                return "invalid usage for client certificate: " + usage;
            }
        }
        return usages.contains("client auth") ? "" : "missing required usage for client certificate: client auth";
    }

    /// Returns the reason why the request is refused, or an empty string when it is good. The checks are in upstream's order.
    private static String kubeletClientFault(SigningRequest request, List<String> usages) {
        if (!request.organizations().equals(List.of(NODES))) {
            return "subject organization is not system:nodes";
        }
        if (request.asksFor(NameType.DNS)) {
            return "DNS subjectAltNames are not allowed";
        }
        if (request.asksFor(NameType.EMAIL)) {
            return "Email subjectAltNames are not allowed";
        }
        if (request.asksFor(NameType.IP)) {
            return "IP subjectAltNames are not allowed";
        }
        if (request.asksFor(NameType.URI)) {
            return "URI subjectAltNames are not allowed";
        }
        if (!request.commonName().startsWith(NODE)) {
            return "subject common name does not begin with system:node:";
        }
        return usagesFault(usages, "client auth");
    }

    private static String kubeletServingFault(SigningRequest request, List<String> usages) {
        if (!request.organizations().equals(List.of(NODES))) {
            return "subject organization is not system:nodes";
        }
        if (!request.asksFor(NameType.DNS) && !request.asksFor(NameType.IP)) {
            return "DNS or IP subjectAltName is required";
        }
        if (request.asksFor(NameType.EMAIL)) {
            return "Email subjectAltNames are not allowed";
        }
        if (request.asksFor(NameType.URI)) {
            return "URI subjectAltNames are not allowed";
        }
        var fault = usagesFault(usages, "server auth");
        return fault.isEmpty() && !request.commonName().startsWith(NODE) ? "subject common name does not begin with system:node:" : fault;
    }

    /// The usage `key encipherment` may be absent, since only RSA keys encipher other keys.
    private static String usagesFault(List<String> usages, String purpose) {
        var with = new TreeSet<>(Set.of("digital signature", "key encipherment", purpose));
        var without = new TreeSet<>(Set.of("digital signature", purpose));
        var asked = new TreeSet<>(usages);
        return asked.equals(with) || asked.equals(without) ? "" : "usages did not match [" + String.join(" ", with) + "]";
    }
}
