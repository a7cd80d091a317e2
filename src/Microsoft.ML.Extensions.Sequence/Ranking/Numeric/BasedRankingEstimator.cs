using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains another ranker, such as LightGBM, and a network that corrects its score.</summary>
/// <remarks>
/// <para>Create it with <c>ml.Ranking.Trainers.NumericRanking(baseTrainer)</c>.</para>
/// <para>The network must not learn from scores of queries that the base has learned from: they are better than those of new queries. So the
/// base is trained on four fifths of the queries, five times, each time scoring the others (stacked generalization: Wolpert 1992). The
/// network learns from these scores. In the model is a base that is trained on all queries. What the network learned is kept only where it
/// lowers the loss of held-out queries by more than a standard error; otherwise the order is that of the base. The decision is written to
/// <c>MLContext.Log</c>.</para>
/// </remarks>
/// <inheritdoc cref="NumericRankingCatalog.NumericRanking(RankingCatalog.RankingTrainers, IEstimator{ITransformer}, NumericRankingOptions)" path="/example"/>
/// <seealso href="../docs/NumericRanking.html">docs/NumericRanking.md</seealso>
public sealed class BasedRankingEstimator : IEstimator<TransformerChain<NetworkTransformer>>
{
    /// <summary>The column of the base's score in the output.</summary>
    public const string BaseScoreColumnName = "BaseScore";

    // The column that rankers of ML.NET write.
    private const string Score = "Score";

    private const int Folds = 5;

    private readonly IHostEnvironment _env;
    private readonly IEstimator<ITransformer> _base;
    private readonly NumericRankingOptions _options;
    private readonly NumericRankingTrainer _trainer;

    internal BasedRankingEstimator(IHostEnvironment env, IEstimator<ITransformer> baseTrainer, NumericRankingOptions options)
    {
        if (options.BaseScoreColumnName is { } name)
        {
            throw new ArgumentException(
                $"BaseScoreColumnName is '{name}', and a base is trained, too; leave one or the other.", nameof(options));
        }
        (_env, _base) = (env, baseTrainer);
        _options = OptionsCopy.Of(options);
        _options.BaseScoreColumnName = BaseScoreColumnName;
        _trainer = new NumericRankingTrainer(env, _options);
    }

    /// <summary>Trains the base and the network.</summary>
    /// <param name="input">Rows with the columns that both read.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the base adds no score.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two queries, there is nothing to learn from, or training diverged.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TransformerChain<NetworkTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var folds = GroupFolds.Of(input, _options.GroupColumnName!, Folds);
        if (folds.Count < 2)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The data has {folds.Queries} queries in column '{_options.GroupColumnName}'; a base and a network that corrects it need at least 2."));
        }
        var models = new List<ITransformer>();
        try
        {
            var parts = new List<IDataView>();
            for (var fold = 0; fold < folds.Count; fold++)
            {
                CheckAlive();
                var model = _base.Fit(folds.Without(fold));
                models.Add(model);
                parts.Add(Scored(model.Transform(folds.Only(fold))));
            }
            CheckAlive();
            var network = _trainer.Fit(new AppendedRows(parts));
            try
            {
                CheckAlive();
                var whole = _base.Fit(input);
                return new TransformerChain<NetworkTransformer>(whole, Copier().Fit(whole.Transform(input)), network);
            }
            catch
            {
                network.Dispose();
                throw;
            }
        }
        finally
        {
            models.OfType<IDisposable>().ToList().ForEach(model => model.Dispose());
        }
    }

    /// <summary>The columns that the trained model will add.</summary>
    /// <param name="inputSchema">The shape of the data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type, or the base adds no score.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var scored = _base.GetOutputSchema(inputSchema);
        _ = scored.Find(Score, "Base score");
        return _trainer.GetOutputSchema(Copier().GetOutputSchema(scored));
    }

    private static ColumnCopyingEstimator Copier() => new MLContext().Transforms.CopyColumns(BaseScoreColumnName, Score);

    private IDataView Scored(IDataView view)
    {
        var score = view.Schema.Find(Score, "Base score");
        if (score.Type != NumberDataViewType.Single)
        {
            throw SchemaColumns.WrongType(score.Name, "Base score", "a Single, as rankers add", score.Type.ToString()!);
        }
        // A key that the base maps itself has other values in each fold.
        if (view.Schema.Count(column => column.Name == _options.GroupColumnName) > 1)
        {
            throw new InvalidOperationException(
                $"The base trainer writes column '{_options.GroupColumnName}', which says which rows are of one query; write it before.");
        }
        return Copier().Fit(view).Transform(view);
    }

    private void CheckAlive() => _env.CheckAlive(_options.Training.CancellationToken);
}
