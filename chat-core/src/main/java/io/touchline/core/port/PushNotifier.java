package io.touchline.core.port;

import io.touchline.core.model.Push;
import java.util.List;

/**
 * Announces news to devices whose users are not connected, and takes back what was read elsewhere. Called by API nodes; implemented by an adapter for each push
 * service.
 *
 * <ul>
 *   <li>PN-1 There is a result for each push, in the same order, and one that fails does not touch the others.
 *   <li>PN-2 A dead token is a result, and only the push service's own word makes one.
 *   <li>PN-3 A wait that the push service asks for is passed on.
 *   <li>PN-4 A push service that does not answer is a result within the adapter's deadline.
 *   <li>PN-5 A repeated announcement replaces the earlier one of the same channel where the device still shows it.
 *   <li>PN-6 A withdrawal takes back what the device shows of its channel up to its sequence, and shows nothing itself.
 * </ul>
 *
 * <p>It blocks, within the adapter's deadline, may be called by any thread, and throws nothing. Not promised: that the
 * user sees it.
 */
public interface PushNotifier {
    List<PushResult> push(List<? extends Push> pushes);
}
