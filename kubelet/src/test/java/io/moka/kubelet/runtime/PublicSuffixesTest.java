package io.moka.kubelet.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.dockerjava.zerodep.shaded.org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;
import org.junit.jupiter.api.Test;

/// The kubelet does not hold the list of public suffixes of its HTTP client, which takes 0.8 MiB.
class PublicSuffixesTest {

    /// By the library's own list, `co.uk` is a suffix that belongs to nobody, so the root of this name would be `example.co.uk`.
    @Test
    void theClientOfTheEngineKnowsNoSuffixes() {
        assertEquals("co.uk", PublicSuffixMatcherLoader.getDefault().getDomainRoot("www.example.co.uk"));
    }
}
