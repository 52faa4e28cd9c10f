"""Making a static model: vocabulary, initial rows, training, folder."""

from __future__ import annotations

import time

from index.training.export import Quantised, centred, write_model
from index.training.fitting import fit
from index.training.heldout import measure, table_embedding
from index.training.initial import initial_table
from index.training.report import Report, make_report, write_report
from index.training.reporting import Reporter
from index.training.request import Task
from index.training.vocabulary import make_tokenizer, make_vocabulary
from index.training.word_vectors import read_word_vectors


def make_static(task: Task, reporter: Reporter) -> Report:
    """Train and write the model folder with its report, measured as written. Raises KbError."""
    config, request, gathered = task.config, task.request, task.gathered
    reporter.stage("Vocabulaire et vecteurs de mots…")
    vectors = read_word_vectors(request.vectors)
    vocabulary = make_vocabulary(gathered.texts, gathered.own, vectors, config.vocabulary)
    tokenizer = make_tokenizer(vocabulary)
    table = initial_table(vocabulary, vectors, config.initial, config.seed)
    reporter.stage(f"Vocabulaire : {len(vocabulary)} unités de {table.shape[1]} nombres.")
    fitted = fit(
        table,
        tokenizer,
        task.material(reporter),
        config.fitting,
        seed=config.seed,
        work=task.checkpoints,
        resume=request.resume,
        reporter=reporter,
    )
    table = fitted.table
    if config.export.centre:
        table = centred(table, tokenizer, gathered.sample)
    stored = Quantised.of_table(table)
    count, dim = table.shape
    report = make_report(
        config,
        gathered.counts,
        fitted,
        about=(
            f"A static embedding model: {count} tokens, {dim} numbers each. "
            "A text's vector is the mean of the rows of its tokens, brought to unit length; a "
            "text without known token has the zero vector. Row `i` of the table is "
            "`embeddings[i] * weights[i]`."
        ),
        began_with=f"Word vectors that the rows began with: {config.initial.origin or 'not told'}.",
        tokens=count,
        dim=dim,
        kept_out=task.kept_out,
        exported=measure(task.held_out(), table_embedding(stored.table(), tokenizer)),
        megabytes=(stored.embeddings.nbytes + stored.weights.nbytes) / 1e6,
        seconds=time.monotonic() - task.started,
    )
    write_model(request.output, table, tokenizer, report.card(), config.export)
    write_report(report, request.output)
    return report
