package io.moka.apiserver.kinds.kubelet;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The TLS settings for connections to kubelets: the client certificate, and the authority of the kubelets' certificates (null trusts any, as upstream does).
public record KubeletOptions(@Nullable Path clientCertificate, @Nullable Path clientKey, @Nullable Path authority) {}
