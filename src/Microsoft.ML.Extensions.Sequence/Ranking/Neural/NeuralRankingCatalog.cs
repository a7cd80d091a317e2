using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Creates a <see cref="NeuralRankingTrainer"/>: <c>ml.Ranking.Trainers.NeuralRanking(...)</c>.</summary>
public static class NeuralRankingCatalog
{
    /// <summary>Creates a <see cref="NeuralRankingTrainer"/>, which ranks documents for queries by their texts.</summary>
    /// <param name="catalog">The trainers of ranking.</param>
    /// <param name="labelColumnName">The relevance of the document, a Single or a key. The default is <c>Label</c>.</param>
    /// <param name="queryColumnName">The query, a text. The default is <c>Query</c>.</param>
    /// <param name="documentColumnName">The document, a text. The default is <c>Document</c>.</param>
    /// <param name="rowGroupColumnName">
    /// The key of the query; rows with the same key belong together. The default is <c>GroupId</c>.
    /// </param>
    /// <param name="architecture">The architecture of the network. The default is <see cref="RankingArchitecture.KNrm"/>.</param>
    /// <param name="epochs">The number of epochs. The default, 0, chooses from the number of queries.</param>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("GroupId", DataKind.String, 0), new("Query", DataKind.String, 1), new("Document", DataKind.String, 2), new("Label", DataKind.Single, 3)];
    /// var train = ml.Data.LoadFromTextFile("train.tsv", columns);
    /// var test = ml.Data.LoadFromTextFile("test.tsv", columns);
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NeuralRanking());
    /// var model = pipeline.Fit(train);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(model.Transform(test)).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/NeuralRanking.html">docs/NeuralRanking.md</seealso>
    public static NeuralRankingTrainer NeuralRanking(
        this RankingCatalog.RankingTrainers catalog, string labelColumnName = "Label", string queryColumnName = "Query",
        string documentColumnName = "Document", string rowGroupColumnName = "GroupId",
            RankingArchitecture architecture = RankingArchitecture.KNrm,
        int epochs = 0) =>
        NeuralRanking(catalog, new NeuralRankingOptions
        {
            LabelColumnName = labelColumnName,
            QueryColumnName = queryColumnName,
            FeatureColumnName = documentColumnName,
            GroupColumnName = rowGroupColumnName,
            Architecture = architecture,
            Training = new TrainingOptions { Epochs = epochs },
        });

    /// <summary>Creates a <see cref="NeuralRankingTrainer"/> with all options, which ranks documents for queries by their texts.</summary>
    /// <param name="catalog">The trainers of ranking.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("GroupId", DataKind.String, 0), new("Query", DataKind.String, 1), new("Document", DataKind.String, 2), new("Label", DataKind.Single, 3)];
    /// var train = ml.Data.LoadFromTextFile("train.tsv", columns);
    /// var test = ml.Data.LoadFromTextFile("test.tsv", columns);
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NeuralRanking(new NeuralRankingOptions()));
    /// var model = pipeline.Fit(train);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(model.Transform(test)).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/NeuralRanking.html">docs/NeuralRanking.md</seealso>
    public static NeuralRankingTrainer NeuralRanking(this RankingCatalog.RankingTrainers catalog, NeuralRankingOptions options) =>
        new(catalog.Environment(), options);
}
