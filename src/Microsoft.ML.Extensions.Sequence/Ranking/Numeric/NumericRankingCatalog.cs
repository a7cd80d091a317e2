using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Creates a <see cref="NumericRankingTrainer"/>: <c>ml.Ranking.Trainers.NumericRanking(...)</c>.</summary>
public static class NumericRankingCatalog
{
    /// <summary>Creates a <see cref="NumericRankingTrainer"/>, which ranks documents by numbers.</summary>
    /// <param name="catalog">The trainers of ranking.</param>
    /// <param name="labelColumnName">The relevance of the document, a Single or a key. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The numbers, a Single or a vector of Single. The default is <c>Features</c>.</param>
    /// <param name="rowGroupColumnName">
    /// The key of the query; rows with the same key belong together. The default is <c>GroupId</c>.
    /// </param>
    /// <param name="epochs">The number of epochs. The default, 0, chooses from the number of queries.</param>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.Single, 0), new("GroupId", DataKind.String, 1), new("Features", DataKind.Single, 2, 47)];
    /// var train = ml.Data.LoadFromTextFile("train.tsv", columns);
    /// var test = ml.Data.LoadFromTextFile("test.tsv", columns);
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NumericRanking());
    /// var model = pipeline.Fit(train);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(model.Transform(test)).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/NumericRanking.html">docs/NumericRanking.md</seealso>
    public static NumericRankingTrainer NumericRanking(
        this RankingCatalog.RankingTrainers catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        string rowGroupColumnName = "GroupId", int epochs = 0) =>
        NumericRanking(catalog, new NumericRankingOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            GroupColumnName = rowGroupColumnName,
            Training = new TrainingOptions { Epochs = epochs },
        });

    /// <summary>Creates a <see cref="NumericRankingTrainer"/> with all options, which ranks documents by numbers.</summary>
    /// <param name="catalog">The trainers of ranking.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.Single, 0), new("GroupId", DataKind.String, 1), new("Features", DataKind.Single, 2, 47)];
    /// var train = ml.Data.LoadFromTextFile("train.tsv", columns);
    /// var test = ml.Data.LoadFromTextFile("test.tsv", columns);
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NumericRanking(new NumericRankingOptions()));
    /// var model = pipeline.Fit(train);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(model.Transform(test)).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/NumericRanking.html">docs/NumericRanking.md</seealso>
    public static NumericRankingTrainer NumericRanking(this RankingCatalog.RankingTrainers catalog, NumericRankingOptions options) =>
        new(catalog.Environment(), options);

    /// <summary>Creates an estimator that trains another ranker and a network that corrects its score.</summary>
    /// <param name="catalog">The trainers of ranking.</param>
    /// <param name="baseTrainer">
    /// A trainer, or a pipeline that ends in one, that adds a column <c>Score</c> of Single, such as <c>ml.Ranking.Trainers.LightGbm()</c>. It
    /// is trained six times.
    /// </param>
    /// <param name="options">The options of the network; null for the defaults. Later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.Single, 0), new("GroupId", DataKind.String, 1), new("Features", DataKind.Single, 2, 47)];
    /// var train = ml.Data.LoadFromTextFile("train.tsv", columns);
    /// var test = ml.Data.LoadFromTextFile("test.tsv", columns);
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NumericRanking(baseTrainer: ml.Ranking.Trainers.LightGbm()));
    /// var model = pipeline.Fit(train);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(model.Transform(test)).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/NumericRanking.html">docs/NumericRanking.md</seealso>
    public static BasedRankingEstimator NumericRanking(
        this RankingCatalog.RankingTrainers catalog, IEstimator<ITransformer> baseTrainer, NumericRankingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(baseTrainer);
        return new(catalog.Environment(), baseTrainer, options ?? new NumericRankingOptions());
    }
}
