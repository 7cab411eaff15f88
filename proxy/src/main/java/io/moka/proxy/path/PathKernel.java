package io.moka.proxy.path;

import io.moka.proxy.model.Front;
import java.io.IOException;
import java.util.List;

/// Answers questions about the state of this node's kernel and rule set.
public interface PathKernel {

    /// The way of a packet to this front in the mode's own words, one step a line.
    String describe(Front front) throws IOException;

    /// The part of the front's rules that the kernel holds now, one part a line; empty where it holds nothing.
    List<String> held(Front front) throws IOException;

    /// The interface at which a packet to the address leaves; empty where there is no route.
    String interfaceTo(String address) throws IOException;

    /// The output of `nft monitor trace` for the next packet of this flow, waited for a few seconds; a line for each rule.
    ///
    /// @param from empty for any address
    List<String> trace(String from, String to, String protocol, int port, boolean send) throws IOException;
}
