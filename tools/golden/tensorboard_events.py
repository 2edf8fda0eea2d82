"""Records of TensorBoard event files, by TensorBoard's own protocol buffers and record writer.

    pip install tensorboard==2.21.0
    python tools/golden/tensorboard_events.py > apps/trainer/golden/tensorboard.json
"""
import io
import json

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.record_writer import RecordWriter


def record(event):
    stream = io.BytesIO()
    RecordWriter(stream).write(event.SerializeToString(deterministic=True))
    return stream.getvalue().hex()


text = Summary.Value(
    tag="settings",
    metadata=SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text")),
    tensor=TensorProto(dtype=DT_STRING, tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]), string_val=["| a | ü |\n| --- | --- |".encode()]),
)
events = {
    "version": Event(wall_time=1.5, file_version="brain.Event:2"),
    "start": Event(wall_time=2.5, step=301, session_log=SessionLog(status=SessionLog.START)),
    "scalars": Event(
        wall_time=1e9 + 0.25,
        step=2**33 + 5,
        summary=Summary(value=[Summary.Value(tag="loss", simple_value=0.1), Summary.Value(tag="gradientNorm/layer1", simple_value=-3e-8)]),
    ),
    "text": Event(wall_time=3.5, summary=Summary(value=[text])),
}
print(json.dumps([{"name": name, "record": record(event)} for name, event in events.items()], indent=2))
