using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The trained ranker whose scores another one learns (<see cref="DistillationOptions.Teacher"/>).</summary>
/// <remarks>
/// Two rankers may number their terms differently, so the teacher reads the rows itself, once, and its scores join the labels.
/// </remarks>
internal sealed class RankingTeacher
{
    private const string Option = "Training.Distillation.Teacher";

    private readonly DistillationOptions _options;

    private RankingTeacher(DistillationOptions options) => _options = options;

    private NetworkTransformer Model => (NetworkTransformer)_options.Teacher!;

    /// <summary>The teacher of a training; null where there is none.</summary>
    /// <exception cref="InvalidOperationException">It does not rank, or the options are not for rankings.</exception>
    public static RankingTeacher? Of(TrainingOptions training)
    {
        if (training.Distillation is not { Weight: > 0 } options)
        {
            return null;
        }
        if (options.MixRows)
        {
            throw new InvalidOperationException(
                "Training.Distillation.MixRows is true, and queries with their documents cannot be mixed; set it to false.");
        }
        var teacher = new RankingTeacher(options);
        TaskMatch.Check(Option, teacher.Model.Head, new RankingHead(new(RankingTask.Loaded.Name, 1), null), "Take a teacher that ranks.");
        return teacher;
    }

    /// <summary>Opens rows with the teacher's score.</summary>
    /// <param name="view">The rows.</param>
    /// <param name="needed">The columns of the rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The teacher reads a column that the rows lack or have with another type.</exception>
    /// <exception cref="InvalidOperationException">It was disposed.</exception>
    public (DataViewRowCursor Cursor, DataViewSchema.Column Score) Open(IDataView view, IEnumerable<DataViewSchema.Column> needed)
    {
        // By index, since its columns may hide those of the rows.
        var scored = _options.Use(_ => Model.Transform(view));
        var score = scored.Schema[Model.Outputs.Score];
        return (_options.Use(_ => scored.GetRowCursor([.. needed.Select(column => scored.Schema[column.Index]), score])), score);
    }

    /// <summary>The scores of documents that are not among the rows, from their query and their texts.</summary>
    /// <exception cref="InvalidOperationException">The teacher reads more than texts, or was disposed.</exception>
    public Func<string, IReadOnlyList<string>, float[]> OfTexts() =>
        Model.Model.Kind == NeuralRankingTrainer.Network.Name && NeuralRankingTrainer.OptionsOf(Model).NumberColumnNames.Length == 0
            ? _options.Use(_ => ModelScorer.Of(Model)).Score : throw new InvalidOperationException(
                $"{Option} reads numbers, which the documents that Negatives adds do not have; take a teacher of texts alone, or negatives that are given.");
}
