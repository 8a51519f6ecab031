build {
  sources = ["source.azure-arm.image"]
  name    = "web"

  provisioner "shell" {
    execute_command = "sudo sh -c '{{ .Vars }} {{ .Path }}'"
    inline          = ["mkdir ${var.helper_folder}", "chmod 777 ${var.helper_folder}"]
  }

  provisioner "file" {
    destination = var.helper_folder
    source      = "${path.root}/helpers"
  }

  provisioner "shell" {
    inline = ["sudo apt-get update", "sudo apt-get --yes dist-upgrade"]
  }

  provisioner "shell" {
    environment_vars = ["DEBIAN_FRONTEND=noninteractive", "HELPERS=${var.helper_folder}"]
    scripts          = ["${path.root}/installers/git.sh", "${path.root}/installers/tools.sh"]
  }

  provisioner "shell" {
    inline = ["sudo useradd --create-home ${local.install_user}", "sudo usermod --append --groups adm ${local.install_user}"]
  }

  provisioner "shell" {
    expect_disconnect = true
    inline            = ["echo 'Reboot VM'", "sudo reboot"]
  }

  provisioner "shell" {
    execute_command = "sudo sh -c '{{ .Vars }} {{ .Path }}'"
    inline          = ["sleep 30", "/usr/sbin/waagent -force -deprovision+user && export HISTSIZE=0 && sync"]
  }
}
