using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML;

/// <summary>Makes trainers of infinitely wide networks: <c>ml.MulticlassClassification.Trainers.NeuralTangentKernel(...)</c> and so on.</summary>
public static class NeuralTangentKernelCatalog
{
    /// <summary>An infinitely wide network for any number of classes.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The features, vectors of one length. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="depth">How often the activation is applied. The default, 0, chooses.</param>
    /// <param name="ridge">The penalty. The default, null, chooses.</param>
    public static NeuralTangentKernelTrainer NeuralTangentKernel(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int depth = 0, double? ridge = null) =>
        NeuralTangentKernel(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, depth, ridge));

    /// <summary>An infinitely wide network for any number of classes, with all options.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static NeuralTangentKernelTrainer NeuralTangentKernel(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, NeuralTangentKernelOptions options) =>
        new(catalog.Environment(), MulticlassTask.Instance, options);

    /// <summary>An infinitely wide network for yes and no.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">The label, a Boolean. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The features, vectors of one length. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="depth">How often the activation is applied. The default, 0, chooses.</param>
    /// <param name="ridge">The penalty. The default, null, chooses.</param>
    public static NeuralTangentKernelTrainer NeuralTangentKernel(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int depth = 0, double? ridge = null) =>
        NeuralTangentKernel(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, depth, ridge));

    /// <summary>An infinitely wide network for yes and no, with all options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static NeuralTangentKernelTrainer NeuralTangentKernel(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, NeuralTangentKernelOptions options) =>
        new(catalog.Environment(), BinaryTask.Instance, options);

    /// <summary>An infinitely wide network for a number.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="labelColumnName">The target, a Single. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The features, vectors of one length. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="depth">How often the activation is applied. The default, 0, chooses.</param>
    /// <param name="ridge">The penalty. The default, null, chooses.</param>
    public static NeuralTangentKernelTrainer NeuralTangentKernel(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int depth = 0, double? ridge = null) =>
        NeuralTangentKernel(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, depth, ridge));

    /// <summary>An infinitely wide network for a number, with all options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static NeuralTangentKernelTrainer NeuralTangentKernel(
        this RegressionCatalog.RegressionTrainers catalog, NeuralTangentKernelOptions options) =>
        new(catalog.Environment(), RegressionTask.Instance, options);

    private static NeuralTangentKernelOptions Options(string label, string feature, string? weight, int depth, double? ridge) => new()
    {
        LabelColumnName = label,
        FeatureColumnName = feature,
        ExampleWeightColumnName = weight,
        Depth = depth,
        Ridge = ridge,
    };
}
