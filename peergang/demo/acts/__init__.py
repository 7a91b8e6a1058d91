"""What people in the demo do, by name: every act calls the use case that a page would call."""

from peergang.demo.acts import answering, joining, meeting, sharing, studying, telling, writing
from peergang.demo.stage import Act

ACTS: dict[str, Act] = {
    "set_up": joining.set_up,
    "accept": joining.accept,
    "decline": joining.decline,
    "withdraw": joining.withdraw,
    "place": joining.place,
    "attend": meeting.attend,
    "sign_off": meeting.sign_off,
    "write_up": meeting.write_up,
    "extend": meeting.extend,
    "pin": meeting.pin,
    "close": meeting.close,
    "tell": telling.tell,
    "change_school": telling.change_school,
    "merge": telling.merge,
    "open_joining": telling.open_joining,
    "ask": telling.ask,
    "read": studying.read,
    "converse": studying.converse,
    "read_reactions": studying.read_reactions,
    "draft": writing.draft,
    "rework": writing.rework,
    "submit": writing.submit,
    "take_back": writing.take_back,
    "give": answering.give,
    "take_up": answering.take_up,
    "decide": answering.decide,
    "start_example": sharing.start,
    "publish": sharing.publish,
    "keep_example": sharing.keep,
    "try_out": sharing.try_out,
}
