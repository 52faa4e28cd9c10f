"""The student as one ONNX graph: token numbers in, a unit vector out, whole numbers inside.

Word rows are whole numbers with one factor a row, as in the static model; the layers'
weights are quantised by onnxruntime, one factor an output. Products take the
activations in whole numbers too, with a factor for each run: hence one text a run
(``index.embedders.student``), or the neighbours in a batch would change its vector.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.embedders.onnx import quiet_onnxruntime
from index.training.export import Quantised
from index.training.extra import need

INPUT, OUTPUT = "input_ids", "embedding"
OPSET = 17


def export_onnx(model: Any, target: Path) -> None:
    """Write the graph of a ``SentenceTransformer`` over BERT; input shape (tokens,).

    The output has shape (dim,). ``model`` embeds nothing afterwards: its word rows are
    taken out. Raises ConfigurationError without the libraries.
    """
    need("torch", "onnx", "onnxruntime")
    quiet_onnxruntime()
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    graph = _graph(model)
    with TemporaryDirectory(prefix="kb-onnx-") as scratch:
        whole, prepared = Path(scratch) / "whole.onnx", Path(scratch) / "prepared.onnx"
        with warnings.catch_warnings():
            # That there is a newer exporter, which needs another library, and that the number
            # of tokens is read while tracing, where it bears on nothing.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                graph,
                (torch.tensor([1, 2, 3]),),
                str(whole),
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_axes={INPUT: {0: "tokens"}},
                opset_version=OPSET,
                dynamo=False,
            )
        quant_pre_process(whole, prepared, skip_symbolic_shape=True)
        quantize_dynamic(
            prepared,
            target,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Seven bits: eight overflow on processors without VNNI, and differ from others.
            reduce_range=True,
        )


def _graph(model: Any) -> Any:
    """The module that is exported: gather, layers, mean, unit length."""
    import torch

    bert = model[0].auto_model.float().eval()
    rows = Quantised.of_table(bert.embeddings.word_embeddings.weight.detach().numpy())

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert
            self.register_buffer("words", torch.from_numpy(rows.embeddings))
            self.register_buffer("factors", torch.from_numpy(rows.weights))

        def forward(self, input_ids: Any) -> Any:
            rows, factors = self.get_buffer("words"), self.get_buffer("factors")
            words = rows[input_ids].float() * factors[input_ids].unsqueeze(-1)
            output = self.bert(inputs_embeds=words.unsqueeze(0)).last_hidden_state
            return torch.nn.functional.normalize(output.mean(dim=1), dim=-1)[0]

    # The table that it no longer reads would travel with it.
    bert.embeddings.word_embeddings = torch.nn.Identity()
    return Graph()
