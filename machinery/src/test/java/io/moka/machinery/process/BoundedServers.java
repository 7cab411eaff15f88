package io.moka.machinery.process;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// Bounds this process's HTTP servers before the first test, as the JDK reads the bounds once and tests of other classes make servers without them.
public final class BoundedServers implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        HttpServerLimits.set();
    }
}
