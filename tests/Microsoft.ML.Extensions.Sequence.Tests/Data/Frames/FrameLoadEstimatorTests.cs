using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data.Frames;

[TestClass]
public sealed class FrameLoadEstimatorTests
{
    private static readonly MLContext Ml = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("frames").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Image_BecomesPlanesOfRedGreenAndBlue()
    {
        var path = Save("image.png", 2, 1, [255, 0, 51, 0, 102, 255]);
        var frames = Check(new() { Height = 1, Width = 2, InputColumnName = "Path" }, [new() { Path = path }]);
        CollectionAssert.AreEqual(new[] { 3, 1, 2 }, frames.Dimensions("Features"));
        AssertClose([1, 0, 0, 0.4f, 0.2f, 1], frames.Vectors("Features")[0]);
    }

    [TestMethod]
    public void Images_BecomeFramesInTheirOrder_RelativeToTheFolder()
    {
        Save("black.png", 2, 2, new byte[12]);
        Save("white.png", 4, 4, [.. Enumerable.Repeat((byte)255, 48)]);
        var frames = Check(
            new() { Height = 1, Width = 1, Colors = FrameColors.Gray, ImageFolder = _folder },
            [new() { Paths = ["black.png", "white.png", "black.png"] }, new() { Paths = ["white.png"] }]);
        CollectionAssert.AreEqual(new[] { 0, 1, 1, 1 }, frames.Dimensions("Features"));
        AssertClose([0, 1, 0], frames.Vectors("Features")[0]);
        AssertClose([1], frames.Vectors("Features")[1]);
    }

    [TestMethod]
    public void FileThatIsMissingOrNoImage_IsRefusedByColumnRowFrameAndPath()
    {
        var good = Save("good.png", 1, 1, [1, 2, 3]);
        var broken = Path.Combine(_folder, "broken.png");
        File.WriteAllText(broken, "no image");
        foreach (var (path, told) in new[] { (Path.Combine(_folder, "nowhere.png"), "there is no image file"),
            (broken, "no image that can be read"), ("", "empty") })
        {
            var view = Load(new(), [new() { Paths = [good] }, new() { Paths = [good, path] }]);
            var e = Assert.ThrowsExactly<InvalidDataException>(() => view.Vectors("Features"));
            foreach (var fragment in new[] { "Column 'Paths', row 1, frame 1", told, path })
            {
                StringAssert.Contains(e.Message, fragment);
            }
        }
    }

    [TestMethod]
    public void ColumnThatIsNoText_IsRefused()
    {
        var data = Ml.Data.LoadFromEnumerable([new Row()]);
        var estimator = Ml.Transforms.Sequences.LoadFrames("Features", "Label", 8, 8);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message, "Input column 'Label' must be a text");
    }

    [TestMethod]
    public void PipelineFromFiles_TrainsScoresAndSurvivesSaving()
    {
        var rows = Enumerable.Range(0, 12).Select(i => new Row { Label = i % 2, Paths = Clip(i) }).ToArray();
        var data = Ml.Data.LoadFromEnumerable(rows);
        var options = new LrcnOptions { ConvolutionChannels = 2, HiddenSize = 4, EnsembleSize = 1, Training = { Epochs = 2 } };
        var model = Ml.Transforms.Sequences.LoadFrames("Features", "Paths", 8, 8).Append(Ml.Regression.Trainers.Lrcn(options)).Fit(data);
        var scores = model.Transform(data).Values<float>("Score");
        var loaded = TransformChecks.Reload(Ml, model, data.Schema);
        CollectionAssert.AreEqual(scores, loaded.Transform(data).Values<float>("Score"));
        using var engine = Ml.Model.CreatePredictionEngine<Row, Scored>(loaded);
        Assert.AreEqual(scores[3], engine.Predict(rows[3]).Score, 1e-5f);
    }

    private string[] Clip(int index) =>
        [.. Enumerable.Range(0, 2 + (index % 3)).Select(frame =>
            Save($"{index}-{frame}.png", 8, 8, [.. Enumerable.Range(0, 192).Select(i => (byte)(i * (index + frame)))]))];

    private static IDataView Check(FrameLoadOptions options, Row[] rows) =>
        TransformChecks.FitAndCheck(Ml, Ml.Transforms.Sequences.LoadFrames(options), Ml.Data.LoadFromEnumerable(rows));

    private static IDataView Load(FrameLoadOptions options, Row[] rows)
    {
        var data = Ml.Data.LoadFromEnumerable(rows);
        return Ml.Transforms.Sequences.LoadFrames(options).Fit(data).Transform(data);
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-6f);
        }
    }

    // Pixels as red, green and blue one after the other.
    private string Save(string name, int width, int height, byte[] pixels)
    {
        var path = Path.Combine(_folder, name);
        byte[] withAlpha = [.. pixels.Chunk(3).SelectMany(pixel => pixel.Append((byte)255))];
        using var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, withAlpha);
        image.Save(path);
        return path;
    }

    private sealed class Row
    {
        public float Label { get; set; }

        public string Path { get; set; } = "";

        public string[] Paths { get; set; } = [];
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
