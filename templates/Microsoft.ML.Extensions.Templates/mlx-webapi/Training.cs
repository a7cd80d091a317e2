using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions;

namespace MlxWebApi;

/// <summary>
/// Trains the model. A server that only scores needs neither this class nor the package TorchSharp-cpu: train elsewhere, and put model.zip
/// beside the program.
/// </summary>
public static class Training
{
    public static void Train(string dataFile, string modelFile)
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromTextFile<Series>(
            dataFile, new TextLoader.Options { Separators = [','], HasHeader = true, AllowQuoting = true, MissingRealsAsNaNs = true });
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.MulticlassClassification.Trainers.ParaRnn())
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ml.Model.SaveAtomically(pipeline.Fit(data), data.Schema, modelFile);
    }
}
