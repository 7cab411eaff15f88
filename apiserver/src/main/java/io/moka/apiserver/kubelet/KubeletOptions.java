package io.moka.apiserver.kubelet;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How to speak to kubelets: who we are, and whose certificates we trust (anybody's when null, as upstream does).
public record KubeletOptions(@Nullable Path clientCertificate, @Nullable Path clientKey, @Nullable Path authority) {}
