using Microsoft.ML;
using Microsoft.ML.Extensions.Pictures;
using Microsoft.ML.Extensions.Sequence;

// What each trainer reads, what it learns and how well it predicts, on generated rows: docs/pictures/X.png.
// Options are the defaults, but for networks without a base, which would make the predictions of all of them alike.
var pictures = new Dictionary<string, Action<string>>
{
    ["ParaRnn"] = path => SeriesPicture.Save(path, SeriesKind.Order, ml => ml.BinaryClassification.Trainers.ParaRnn(new ParaRnnOptions { Base = SequenceBase.None })),
    ["Recurrent"] = path => SeriesPicture.Save(path, SeriesKind.Order, ml => ml.BinaryClassification.Trainers.Recurrent(new RecurrentOptions { Base = SequenceBase.None })),
    ["Lssl"] = path => SeriesPicture.Save(path, SeriesKind.Frequency, ml => ml.BinaryClassification.Trainers.Lssl(new LsslOptions { Base = SequenceBase.None })),
    ["Aaren"] = path => SeriesPicture.Save(path, SeriesKind.Level, ml => ml.BinaryClassification.Trainers.Aaren(new AarenOptions { Base = SequenceBase.None })),
    ["SingleLayerTransformer"] = path => SeriesPicture.Save(
        path, SeriesKind.Distance, ml => ml.BinaryClassification.Trainers.SingleLayerTransformer(new SingleLayerTransformerOptions { Base = SequenceBase.None })),
    ["RandomConvolution"] = path => SeriesPicture.Save(path, SeriesKind.Shape, ml => ml.BinaryClassification.Trainers.RandomConvolution()),
    ["NeuralTangentKernel"] = path => TablePicture.Save(path, ml => ml.BinaryClassification.Trainers.NeuralTangentKernel()),
    ["DeepNetwork"] = path => TablePicture.Save(path, ml => ml.BinaryClassification.Trainers.DeepNetwork()),
    ["Lrcn"] = LrcnPicture.Save,
    ["NeuralRanking"] = NeuralRankingPicture.Save,
    ["NumericRanking"] = NumericRankingPicture.Save,
    ["ImageTextMatching"] = ImageTextPicture.Save,
};
if (args.Except(pictures.Keys).ToArray() is { Length: > 0 } unknown)
{
    Console.Error.WriteLine($"No picture is called {string.Join(", ", unknown)}; there are {string.Join(", ", pictures.Keys)}.");
    return 1;
}
if (!File.Exists(Path.Combine("docs", "design.md")))
{
    Console.Error.WriteLine("Pictures are written to docs/pictures; run this in the root of the repository.");
    return 1;
}
Directory.CreateDirectory(Path.Combine("docs", "pictures"));
foreach (var name in args.Length == 0 ? [.. pictures.Keys] : args)
{
    pictures[name](Path.Combine("docs", "pictures", name + ".png"));
    Console.WriteLine(name);
}
return 0;
